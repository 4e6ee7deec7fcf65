// A JHT claim: its checks (pure), its channel and its life. Source: Permenaker 4/2022, PP 46/2015
// (kiosk/docs/facts.md "JHT").
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "domain/people/person.h"
#include "domain/rules/rules.h"

namespace kiosk::domain {

enum class Channel { Self, Officer };

struct Check {
  std::string code;  // nonaktif pengkinian ceiling age membership wait once officer_only known cause
  bool passed = false;
  // Code for words; empty when passed: still_active not_updated above_ceiling too_young member_too_short no_membership
  // wait_not_over end_unknown already_taken officer_only unverified cause_unknown
  std::string reason;
};

struct Eligibility {
  // May be submitted here, perhaps with an officer: no hard check failed. Hard: nonaktif, age, membership, wait, once,
  // cause. An officer can mend or judge the others (pengkinian, ceiling, officer_only, known, an unknown end date).
  bool eligible = false;
  Channel channel = Channel::Officer;
  std::vector<Check> checks;  // the three green checks first: nonaktif, pengkinian, ceiling
  std::vector<std::string> documents;
  bool npwp_needed = false;
};

// Only what the cause asks for is checked: a check that is not asked is not listed.
// An unknown person off line is eligible for the officer's channel with check "known" failed: "belum diverifikasi".
Eligibility check_claim(const Participant* known, std::string_view cause, Date on, const Rules& rules);

// Tax and net of a payment.
enum class TaxRegime { Final, Article17 };
struct TaxResult {
  Rupiah gross, taxable, tax, net;
  TaxRegime regime = TaxRegime::Final;
};
struct TaxQuestion {
  Rupiah gross;
  // Earlier gross, first paid on first_paid. It counts towards the brackets when that lies within the same two calendar
  // years (final) or in the same year (article 17); without first_paid it is taken as of this year.
  Rupiah already_paid;
  std::optional<Date> first_paid;
  Date on;
  bool employed = false;  // a partial claim while working is taxed by article 17
  bool has_npwp = true;
};
TaxResult tax_of(const TaxQuestion& q, const Rules& rules);

// Simulation: contribution c = round(rate x wage) paid on the 1st; S <- (S + c)(1 + r/12) monthly, exact rounding once
// per month.
struct SimulationYear {
  int year = 0;
  Rupiah balance, contributions;  // at the year's end; paid so far
};
struct Simulation {
  Rupiah balance, contributions;
  std::vector<SimulationYear> yearly;
};
// Errors: bad_input wage_range, years_range, opening_range, rate_range. rate_bp: basis points a year.
Result<Simulation> simulate(Rupiah wage, int years, Rupiah opening, int rate_bp, const Rules& rules);

// What a claim is after submission. Stages are the centre's.
enum class Stage { Agenda, Penetapan, Persetujuan, Pembayaran, Selesai };
enum class ClaimState { Saved, Unverified, NeedsOfficer, Accepted, Rejected };
// Where a record is on its way, as people are told.
enum class SyncState { Saved, Sending, Accepted, Rejected, NeedsOfficer };

struct BankAccount {
  std::string bank;  // three digits, "002"
  std::string number;
  std::string holder;  // must be the participant's own name
};

// The codes are those of the command line, the wire and the texts.
std::string_view code(Channel);
std::string_view code(TaxRegime);
std::string_view code(Stage);
std::string_view code(ClaimState);
std::string_view code(SyncState);
std::string_view code(Sex);
std::string_view code(Segment);
std::string_view code(MembershipStatus);
// The way back for every enum of this room: from_code<Stage>("penetapan"); nullopt when unknown.
template <class E>
std::optional<E> from_code(std::string_view text);

}  // namespace kiosk::domain
