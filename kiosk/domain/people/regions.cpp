// Province codes a NIK may begin with: the union of all years, for people keep the NIK of a province that was since
// divided. Source: Kepmendagri 300.2.2-2138/2025 and its forerunners (54 is East Timor's, until 1999; 91-97 are the
// parts of Papua).
#include <algorithm>
#include <array>

#include "domain/people/identity.h"

namespace kiosk::domain {
namespace {
struct Province {
  std::string_view code, name;
};
constexpr std::array<Province, 39> k_provinces = {{
    {"11", "Aceh"},
    {"12", "Sumatera Utara"},
    {"13", "Sumatera Barat"},
    {"14", "Riau"},
    {"15", "Jambi"},
    {"16", "Sumatera Selatan"},
    {"17", "Bengkulu"},
    {"18", "Lampung"},
    {"19", "Kepulauan Bangka Belitung"},
    {"21", "Kepulauan Riau"},
    {"31", "DKI Jakarta"},
    {"32", "Jawa Barat"},
    {"33", "Jawa Tengah"},
    {"34", "DI Yogyakarta"},
    {"35", "Jawa Timur"},
    {"36", "Banten"},
    {"51", "Bali"},
    {"52", "Nusa Tenggara Barat"},
    {"53", "Nusa Tenggara Timur"},
    {"54", "Timor Timur"},
    {"61", "Kalimantan Barat"},
    {"62", "Kalimantan Tengah"},
    {"63", "Kalimantan Selatan"},
    {"64", "Kalimantan Timur"},
    {"65", "Kalimantan Utara"},
    {"71", "Sulawesi Utara"},
    {"72", "Sulawesi Tengah"},
    {"73", "Sulawesi Selatan"},
    {"74", "Sulawesi Tenggara"},
    {"75", "Gorontalo"},
    {"76", "Sulawesi Barat"},
    {"81", "Maluku"},
    {"82", "Maluku Utara"},
    {"91", "Papua"},
    {"92", "Papua Barat"},
    {"93", "Papua Selatan"},
    {"94", "Papua Tengah"},
    {"95", "Papua Pegunungan"},
    {"96", "Papua Barat Daya"},
}};
}  // namespace

std::string_view province_name(std::string_view region) {
  const auto found = std::find_if(k_provinces.begin(), k_provinces.end(),
                                  [&](const Province& p) { return region.substr(0, 2) == p.code; });
  return found == k_provinces.end() ? std::string_view{} : found->name;
}

}  // namespace kiosk::domain
