// One person's name in two writings, and two people's that look alike. The first rows failed in the field.
#include <doctest/doctest.h>

#include "base/text.h"
#include "domain/people/identity.h"

using namespace kiosk;
using namespace kiosk::domain;

namespace {
struct Row {
  const char *a, *b;
};
}  // namespace

TEST_CASE("names: how a name was typed makes no difference") {
  for (const Row& r : {
           Row{"Sa\u2019adah", "Sa'adah"},
           Row{"H\u00e9l\u00e8ne", "Helene"},
           Row{"Siti\u00a0Aminah", "Siti Aminah"},
           Row{"Hj. Siti Aminah, S.Pd.", "Siti Aminah"},
           Row{"Hj. Siti Aminah, S.Pd.", "SITI AMINAH SPD"},
           Row{"Drs. H. Muhammad Yusuf", "Muh. Yusuf"},
           // apostrophes and spaces of every shape
           Row{"Nu\u02bbman", "Nu`man"},
           Row{"Mu\u2032min", "Mumin"},
           Row{"Mu\u00b4min", "Mu\uff07min"},
           Row{"Siti\u200bAminah", "Siti Aminah"},
           Row{"Siti \u200e Aminah", "Siti Aminah"},
           Row{"\ufeffSiti\u2003Aminah\u202f", "Siti Aminah"},
           Row{"  Siti\tAminah\n", "siti aminah"},
           Row{"Nur-Aini", "Nur Aini"},
           Row{"Nur\u2011Aini", "Nuraini"},
           // composed, decomposed, full width, letters with a stroke
           Row{"He\u0301le\u0300ne", "H\u00e9l\u00e8ne"},
           Row{"\uff33\uff29\uff34\uff29 AMINAH", "Siti Aminah"},
           Row{"S\u00f8ren \u0141ukasz", "Soren Lukasz"},
           Row{"Stra\u00dfe", "STRASSE"},
           Row{"N\u0303ame", "Name"},
           // titles and degrees, with and without dots
           Row{"Dr. Ir. Budi Santoso, M.Sc., Ph.D.", "BUDI SANTOSO MSC PHD"},
           Row{"Budi Santoso SE", "Budi Santoso, S.E."},
           Row{"Budi Santoso S. Kom", "budi santoso"},
           Row{"Rina Wati A.Md. Keb", "Rina Wati AMd.Keb."},
           Row{"Prof. DR. H. Ahmad Fauzi, M.Pd.I", "Ahmad Fauzi"},
           Row{"Ibu Hj Kartini", "Kartini"},
           Row{"Budi Hartono, S.H., M.H.", "Budi Hartono SH MH"},
           Row{"Alm. Slamet Riyadi", "Slamet Riyadi (Alm)"},
           // Muhammad
           Row{"M. Yusuf", "Muhammad Yusuf"},
           Row{"Moch. Yusuf", "Mohamad Yusuf"},
           Row{"M Yusuf", "Mochammad Yusuf"},
           Row{"Ahmad Moh. Rizki", "Ahmad Muhammad Rizki"},
           Row{"MUH YUSUF", "mohd. yusuf"},
       }) {
    CAPTURE(r.a);
    CAPTURE(r.b);
    CHECK(same_name(r.a, r.b));
    CHECK(same_name(r.b, r.a));
  }
}

TEST_CASE("names: two people stay two") {
  for (const Row& r : {
           Row{"Siti Aminah", "Siti Amina"},
           Row{"M. Yusuf", "Yusuf"},
           Row{"Muhammad", "M"},
           Row{"Sri Wahyuni", "Sri Wahyuningsih"},
           Row{"Hj. Aminah", "Siti Aminah"},
           Row{"Ma", "Ba"},
           Row{"Liem Ma", "Liem"},
           Row{"Haji", "Hajah"},
           Row{"Dra", "Drs"},
           Row{"S.Pd.", "S.E."},
           Row{"Sari Dewi", "Sari"},
           Row{"\u0410\u043d\u043d\u0430", "\u0418\u0432\u0430\u043d"},
           Row{"", ""},
           Row{"'", "`"},
           Row{" . , ", "-"},
       }) {
    CAPTURE(r.a);
    CAPTURE(r.b);
    CHECK_FALSE(same_name(r.a, r.b));
    CHECK_FALSE(same_name(r.b, r.a));
  }
  CHECK(same_name("\u0410\u043d\u043d\u0430", "\u0430\u043d\u043d\u0430"));
}

TEST_CASE("text: folding is idempotent") {
  for (const char* given : {"", " ", "\u0130\u0131", "\ufdfa", "\u1e9b\u0323", "a\u0300\u0301\u0302", "\xff\xfe\x80",
                            "\xf0\x9f\x98\x80 x"}) {
    const auto once = text::fold(given);
    CHECK(text::fold(once) == once);
  }
}
