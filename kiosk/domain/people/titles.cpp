#include "domain/people/titles.h"

#include <algorithm>
#include <array>

namespace kiosk::domain {
namespace {
constexpr auto k_titles = std::to_array<std::string_view>(
    {"bapak",  "bpk",      "bp",       "ibu",    "sdr",     "sdri",     "saudara",    "saudari",     "tuan",
     "tn",     "nyonya",   "ny",       "nona",   "nn",      "h",        "hj",         "haji",        "hajah",
     "hajjah", "hjh",      "ir",       "drs",    "dra",     "dr",       "drg",        "drh",         "drhc",
     "hc",     "prof",     "profesor", "doktor", "dokter",  "insinyur", "doktoranda", "doktorandus", "r",
     "rr",     "raden",    "roro",     "kh",     "kyai",    "kiai",     "ust",        "ustad",       "ustadz",
     "ustaz",  "ustadzah", "ustazah",  "pdt",    "pendeta", "alm",      "almh",       "almarhum",    "almarhumah"});
constexpr auto k_departed = std::to_array<std::string_view>({"alm", "almh", "almarhum", "almarhumah"});

constexpr auto k_degrees = std::to_array<std::string_view>(
    {"se",     "sh",      "st",     "spd",    "spdi",     "spdk",  "spdsd", "sag",  "sos",   "ssos", "ssosi",  "sip",
     "skom",   "sikom",   "sked",   "skep",   "skg",      "skh",   "skm",   "ssi",  "ssn",   "ssy",  "shi",    "sthi",
     "sst",    "sstp",    "strkeb", "strkep", "strkes",   "strt",  "strak", "stp",  "stpi",  "spt",  "sp",     "spi",
     "shut",   "sfarm",   "sfil",   "shum",   "spsi",     "sth",   "sgz",   "sak",  "sab",   "sds",  "sarch",  "sars",
     "stat",   "sstat",   "sesy",   "sakun",  "smb",      "sm",    "smat",  "mm",   "mh",    "mt",   "msi",    "msc",
     "mpd",    "mpdi",    "mkom",   "mkes",   "mkep",     "mkeb",  "mked",  "mkn",  "mag",   "mhum", "mhi",    "mth",
     "mba",    "mbiomed", "mep",    "mak",    "map",      "mfarm", "mikom", "mfil", "mgizi", "mpsi", "msn",    "msos",
     "mstat",  "mtr",     "mtrkeb", "mtrkes", "mps",      "mph",   "mphil", "meng", "mpa",   "amd",  "amdkeb", "amdkep",
     "amdkom", "amdak",   "amdkl",  "amdgz",  "amdfarm",  "amk",   "amkeb", "amkg", "amg",   "ama",  "amp",    "amapd",
     "lc",     "phd",     "bsc",    "beng",   "bba",      "bcom",  "llm",   "llb",  "ns",    "ners", "bd",     "apt",
     "ak",     "cpa",     "cfa",    "cfp",    "psikolog", "spog",  "spa",   "spb",  "sppd",  "spjp", "sptht",  "spm",
     "spkj",   "spkk",    "sprad",  "span",   "spot",     "spu",   "spkfr", "ipm",  "ipu",   "gr"});
// Each of these is a name or a part of one as well.
constexpr auto k_doubtful =
    std::to_array<std::string_view>({"ma",  "ba",  "ca",  "sei", "mei", "sap", "spa", "span", "mars", "mak", "map",
                                     "sak", "sab", "ak",  "ama", "sos", "sm",  "sip", "stat", "sp",   "spi", "bd",
                                     "gr",  "mps", "mep", "ce",  "dea", "mag", "sag", "msa",  "mia",  "mha", "sars"});

constexpr auto k_muhammad = std::to_array<std::string_view>(
    {"muhammad",  "mohammad", "muhamad",   "mohamad",  "mochammad", "mochamad",  "muchammad", "muchamad",
     "mukhammad", "mukhamad", "mokhammad", "mokhamad", "mohammed",  "mohamed",   "muhammed",  "muhamed",
     "muhammat",  "muhamat",  "muh",       "moh",      "much",      "moch",      "moc",       "mokh",
     "mukh",      "muhd",     "mohd",      "mhd",      "mhmd",      "moehammad", "moehamad",  "moh"});

template <typename List>
bool in(const List& list, std::string_view word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}
}  // namespace

bool is_title(std::string_view folded) { return in(k_titles, folded); }
bool is_late_title(std::string_view folded) { return in(k_departed, folded); }
bool is_degree(std::string_view folded) { return in(k_degrees, folded) || in(k_doubtful, folded); }
bool is_doubtful_degree(std::string_view folded) { return in(k_doubtful, folded); }
bool is_muhammad(std::string_view folded) { return in(k_muhammad, folded); }

}  // namespace kiosk::domain
