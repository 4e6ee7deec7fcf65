// One length for a field at every door: whatever the table lets a person type crosses to the node and to the centre
// whole, and the contract's bounds are the table's.
#include <doctest/doctest.h>

#include "api/protocol/branch_api.h"
#include "api/protocol/payload.h"
#include "domain/rules/lengths.h"
#include "json_schema.h"

using namespace kiosk;
using namespace kiosk::protocol;
using test::Json;

namespace {

std::string letters(std::size_t n, std::string_view letter) {
  std::string out;
  for (std::size_t k = 0; k < n; ++k) out += letter;
  return out;
}

ClaimPayload claim_with(const std::string& text) {
  ClaimPayload p;
  p.person = "nik:9901010703680001";
  p.kpj = "99000000011";
  p.name = p.mother = p.account.holder = text;
  p.birth = "1968-03-07";
  p.claimant = domain::Claimant{*domain::PersonId::from_key(p.person), text, "anak"};
  p.cause = "USIA56";
  p.account.bank = "BRI";
  p.account.number = "1234567890";
  p.state = "saved";
  return p;
}

}  // namespace

TEST_CASE("lengths: what the table lets a person type is read whole by the centre, and one more is refused") {
  for (const std::string_view letter : {"A", "\xC3\xA9"}) {
    const auto full = letters(domain::k_name_characters, letter);
    for (const char* field : {"name", "mother", "holder", "employer", "birth_place"}) {
      CHECK(domain::fits(full, field, "name_too_long").ok());
      const auto more = domain::fits(full + "A", field, "name_too_long");
      CHECK(more.fault().code == "name_too_long");
      CHECK(more.fault().field == field);
    }
    const auto read = decode_payload<ClaimPayload>(encode(claim_with(full)));
    REQUIRE_MESSAGE(read.ok(), (read.ok() ? "" : read.fault().field));
    CHECK(read->name == full);
    CHECK(read->mother == full);
    CHECK(read->account.holder == full);
    REQUIRE(read->claimant);
    CHECK(read->claimant->name == full);
  }
  for (const auto& f : domain::k_field_lengths) {
    CAPTURE(f.field);
    // The widest letters that fit: the table's characters, or its bytes where those are fewer.
    const auto bytes = f.characters <= domain::k_name_characters ? domain::k_name_bytes : domain::k_free_text_bytes;
    const auto widest = letters(std::min(f.characters, bytes / 3), "\xE2\x82\xAC");
    CHECK(domain::fits(widest, std::string(f.field), "too_long").ok());
    IntakePayload answers{"nik:9901010703680001", "correction", {{std::string(f.field), widest}}};
    const auto read = decode_payload<IntakePayload>(encode(answers));
    REQUIRE_MESSAGE(read.ok(), (read.ok() ? "" : read.fault().field));
    CHECK(read->answers.at(std::string(f.field)) == widest);
  }
}

TEST_CASE("lengths: the contract bounds what people type by the table") {
  const auto schemas = Json::parse(branch_openapi()).at("components").at("schemas");
  const auto bound = [&](const char* type, const char* field) {
    return schemas.at(type).at("properties").at(field).at("maxLength").get<std::size_t>();
  };
  CHECK(bound("SubmitClaim", "name") == domain::k_name_bytes);
  CHECK(bound("SubmitClaim", "mother") == domain::k_name_bytes);
  CHECK(bound("FindParticipant", "mother") == domain::k_name_bytes);
  CHECK(bound("Claimant", "name") == domain::k_name_bytes);
  CHECK(bound("BankAccount", "holder") == domain::k_name_bytes);
  CHECK(bound("PostNotice", "text") == domain::k_notice_bytes);
}
