// kioskctl face: quality of a photo, comparison of two, and the error rates of a list of pairs. Needs no node.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>

#include "domain/claims/claim.h"
#include "programs/kioskctl/ctl.h"
#include "programs/shared/face_judge.h"
#include "terminal/vision/vision.h"

namespace kiosk::programs {
namespace {
struct Asked {
  std::string a, b, pairs, models, purpose = "attempt";
  bool all_pairs = false;
};

Result<std::unique_ptr<vision::Vision>> open_vision(Ctl& ctl, const Asked& asked) {
  TRY(const auto how, load_vision_settings(ctl.settings().models_toml,
                                           asked.models.empty() ? ctl.settings().models_dir : asked.models));
  return vision::Vision::open(how);
}

Result<Image> read_image(const std::string& path, const std::string& field) {
  TRY(const auto bytes, read_photo(path, field));
  auto image = vision::decode_picture(bytes);
  if (!image) {
    auto fault = image.fault();
    fault.field = field;
    return fault;
  }
  return image;
}

Json report_json(const domain::FaceReport& r) {
  Json face = nullptr;
  if (r.face) {
    Json landmarks = Json::array();
    for (const auto& p : r.face->landmarks) landmarks.push_back({p.x, p.y});
    face = {{"box", {{"x", r.face->box.x}, {"y", r.face->box.y}, {"w", r.face->box.w}, {"h", r.face->box.h}}},
            {"landmarks", landmarks},
            {"score", r.face->score}};
  }
  Json checks = Json::array();
  for (const auto& c : r.checks)
    checks.push_back({{"code", c.code},
                      {"value", c.value},
                      {"threshold", c.threshold},
                      {"passed", c.passed},
                      {"advice", c.advice.empty() ? Json(nullptr) : Json(c.advice)},
                      {"advice_only", c.advice_only}});
  return {{"face", face}, {"checks", checks}, {"usable", r.usable}};
}

Result<Done> check(Ctl& ctl, const Asked& asked) {
  static const std::map<std::string, vision::Purpose> purposes = {{"live", vision::Purpose::Live},
                                                                  {"attempt", vision::Purpose::Attempt},
                                                                  {"reference", vision::Purpose::Reference},
                                                                  {"new_reference", vision::Purpose::NewReference}};
  const auto purpose = purposes.find(asked.purpose);
  if (purpose == purposes.end())
    return bad_input("usage", "purpose", "expected live, attempt, reference or new_reference");
  TRY(const auto image, read_image(asked.a, "photo"));
  TRY(auto v, open_vision(ctl, asked));
  TRY(const auto report, v->inspect(image, purpose->second));
  Json out = report_json(report);
  out["detector"] = v->detector();
  ctl.print(std::move(out));
  return Done{};
}

Result<domain::FaceTemplate> template_of(vision::Vision& v, const std::string& path, const std::string& field) {
  TRY(const auto image, read_image(path, field));
  TRY(const auto faces, v.find_faces(image));
  if (faces.empty()) return refused("no_face", "no face was found in " + path, field);
  return v.make_template(image, faces.front());
}

Result<Done> compare(Ctl& ctl, const Asked& asked) {
  // Both are looked at before anything is loaded, so that a bad file is named first.
  TRY_DONE(read_photo(asked.a, "a"));
  TRY_DONE(read_photo(asked.b, "b"));
  TRY(auto v, open_vision(ctl, asked));
  TRY(const auto a, template_of(*v, asked.a, "a"));
  TRY(const auto b, template_of(*v, asked.b, "b"));
  TRY(const auto score, v->score(a, b));
  ctl.print({{"score", score}, {"verdict", std::string(code(v->judge(score)))}, {"profile", v->profile()}});
  return Done{};
}

struct Pair {
  bool same = false;
  std::string a, b;
};

// Lines "label TAB file TAB file": 1, same, genuine or 0, different, impostor. Files are relative to the list.
Result<std::vector<Pair>> read_pairs(const std::string& path) {
  TRY(const auto bytes, read_file_bytes(path, "pairs", std::size_t{64} << 20));
  const auto slash = path.rfind('/');
  const std::string dir = slash == std::string::npos ? "" : path.substr(0, slash + 1);
  std::vector<Pair> out;
  std::istringstream lines{std::string(as_text(bytes))};
  int number = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    if (!line.empty() && line.back() == '\r') line.pop_back();
    if (line.empty() || line[0] == '#') continue;
    const auto one = line.find('\t'), two = one == std::string::npos ? one : line.find('\t', one + 1);
    const auto label = line.substr(0, one);
    const bool same = label == "1" || label == "same" || label == "genuine";
    if (two == std::string::npos || (!same && label != "0" && label != "different" && label != "impostor"))
      return bad_input("file_line", "pairs",
                       path + " line " + std::to_string(number) + ": expected 1 or 0, a tab, a file, a tab, a file");
    const auto at = [&](std::string f) { return f.starts_with('/') ? f : dir + f; };
    out.push_back({same, at(line.substr(one + 1, two - one - 1)), at(line.substr(two + 1))});
  }
  if (out.empty()) return bad_input("file_line", "pairs", path + " holds no pair");
  return out;
}

// With --all-pairs every picture of the list is compared with every other; the labels say who is the same person:
// pictures linked by a "same" line, however indirectly, are one person.
std::vector<Pair> every_pair(const std::vector<Pair>& listed) {
  std::map<std::string, std::string> person;
  const auto root = [&](std::string f) {
    while (person[f] != f) f = person[f];
    return f;
  };
  for (const auto& p : listed)
    for (const auto& f : {p.a, p.b}) person.emplace(f, f);
  for (const auto& p : listed)
    if (p.same) person[root(p.a)] = root(p.b);
  std::vector<std::string> files;
  for (const auto& [f, r] : person) files.push_back(f);
  std::vector<Pair> out;
  for (std::size_t i = 0; i < files.size(); ++i)
    for (std::size_t j = i + 1; j < files.size(); ++j)
      out.push_back({root(files[i]) == root(files[j]), files[i], files[j]});
  return out;
}

Result<Done> evaluate(Ctl& ctl, const Asked& asked) {
  TRY(auto pairs, read_pairs(asked.pairs));
  if (asked.all_pairs) pairs = every_pair(pairs);
  TRY(auto v, open_vision(ctl, asked));
  std::map<std::string, std::optional<domain::FaceTemplate>> templates;
  int without_face = 0;
  for (const auto& p : pairs)
    for (const auto& f : {p.a, p.b}) {
      if (templates.contains(f)) continue;
      auto t = template_of(*v, f, "pairs");
      if (!t && t.fault().code != "no_face") return t.fault();
      if (!t) ++without_face;
      templates[f] = t ? std::optional(std::move(*t)) : std::nullopt;
    }
  std::vector<double> genuine, impostor;
  for (const auto& p : pairs) {
    const auto &a = templates[p.a], &b = templates[p.b];
    if (!a || !b) continue;
    TRY(const auto s, v->score(*a, *b));
    (p.same ? genuine : impostor).push_back(s);
  }
  std::sort(genuine.begin(), genuine.end());
  std::sort(impostor.begin(), impostor.end());
  const auto fnmr = [&](double t) {  // genuine pairs below the threshold
    const auto n = std::lower_bound(genuine.begin(), genuine.end(), t) - genuine.begin();
    return genuine.empty() ? 0.0 : static_cast<double>(n) / static_cast<double>(genuine.size());
  };
  const auto fmr = [&](double t) {  // impostors at or above it
    const auto n = impostor.end() - std::lower_bound(impostor.begin(), impostor.end(), t);
    return impostor.empty() ? 0.0 : static_cast<double>(n) / static_cast<double>(impostor.size());
  };
  double eer = 1, best_gap = 2, eer_at = 0;
  std::vector<double> thresholds = genuine;
  thresholds.insert(thresholds.end(), impostor.begin(), impostor.end());
  thresholds.push_back(1.01);
  for (const double t : thresholds)
    if (const double gap = std::abs(fnmr(t) - fmr(t)); gap < best_gap)
      best_gap = gap, eer = (fnmr(t) + fmr(t)) / 2, eer_at = t;
  Json at = Json::array();
  for (const double target : {0.1, 0.01, 0.001, 0.0001}) {
    // A rate below one in the number of impostor pairs was not measured.
    if (static_cast<double>(impostor.size()) * target < 1) break;
    double threshold = 1.01;
    for (const double t : thresholds)
      if (fmr(t) <= target) threshold = std::min(threshold, t);
    at.push_back({{"fmr", target}, {"fnmr", fnmr(threshold)}, {"threshold", threshold}});
  }
  ctl.print({{"pairs", genuine.size() + impostor.size()},
             {"eer", eer},
             {"fnmr_at_fmr", at},
             {"genuine", genuine.size()},
             {"impostor", impostor.size()},
             {"pictures", templates.size()},
             {"without_face", without_face},
             {"eer_threshold", eer_at},
             {"profile", v->profile()}});
  return Done{};
}
}  // namespace

void add_face_commands(CLI::App& app, Ctl& ctl) {
  auto asked = std::make_shared<Asked>();
  auto* face = app.add_subcommand("face", "Photos and recognisers; needs no node");
  face->require_subcommand(1);
  face->footer(
      "Examples:\n  kioskctl face check face.jpg --json\n  kioskctl face compare a.jpg b.jpg\n"
      "  kioskctl face evaluate --pairs pairs.tsv   (lines: 1 or 0, tab, file, tab, file)");
  using Command = Result<Done> (*)(Ctl&, const Asked&);
  const auto add = [&](const char* name, const char* help, Command command) {
    auto* sub = face->add_subcommand(name, help);
    sub->callback([&ctl, asked, command] { ctl.act = [asked, command](Ctl& c) { return command(c, *asked); }; });
    sub->add_option("--models", asked->models, "Folder of the model files (default: by the settings)");
    return sub;
  };
  auto* c = add("check", "Finds the face and judges the photo's quality", check);
  c->add_option("photo", asked->a, "JPEG or PNG")->required();
  c->add_option("--purpose", asked->purpose, "live, attempt, reference or new_reference");
  auto* m = add("compare", "How alike two faces are", compare);
  m->add_option("a", asked->a, "JPEG or PNG")->required();
  m->add_option("b", asked->b, "JPEG or PNG")->required();
  auto* e = add("evaluate", "Error rates over a list of pairs", evaluate);
  e->add_option("--pairs", asked->pairs, "Tab-separated list")->required();
  e->add_flag("--all-pairs", asked->all_pairs, "Compare every picture of the list with every other");
}

}  // namespace kiosk::programs
