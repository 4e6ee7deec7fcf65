#include "programs/kiosk/narrator.h"

#include <utility>

#include "base/secret.h"

namespace kiosk::programs {

namespace {

constexpr Millis k_turn{200};  // how often a sentence that waits looks whether it is its turn

const ui::Node* focused(const ui::Tree& tree) {
  for (const auto& n : tree.nodes)
    if (n.focused) return &n;
  return nullptr;
}

std::string mark(const ui::Node& n) { return n.id + (n.enabled ? "" : " disabled") + (n.selected ? " selected" : ""); }

bool typed_into(const ui::Node& n) { return n.role == ui::Role::TextField || n.role == ui::Role::DigitField; }

// Which of several that may not be named aloud.
std::size_t place_among_personal(const ui::Tree& tree, const ui::Node& node) {
  std::size_t n = 0;
  for (const auto& other : tree.nodes) {
    if (other.personal && other.focus >= 0) ++n;
    if (&other == &node) break;
  }
  return n;
}

// A control in words; empty when it is not to be heard by others.
std::string words_of(const ui::Node& n, const ui::Ui& ui, bool alone) {
  if (n.role == ui::Role::Key && (n.secret || !alone)) return {};
  std::string words = n.label;
  if (n.personal && !alone) words = ui.t("voice.nth", {{"n", std::to_string(place_among_personal(ui.tree(), n))}});
  if (words.empty()) return {};
  if (typed_into(n)) {
    words += ", " + ui.t("voice.field");
    if (alone && !n.secret && !n.value.empty()) words += ", " + n.value;
  }
  if (n.selected) words += ", " + ui.t("voice.chosen");
  return words + ".";
}

// The buttons beside the page's own one: whoever cannot read them hears that they are there.
std::string other_choices(const ui::Ui& ui) {
  std::string choices;
  for (const auto& n : ui.tree().nodes) {
    const bool frame = n.id.starts_with("page.") || n.id.starts_with("tool.") || n.id.starts_with("scroll.") ||
                       n.id.starts_with("voice.");
    if (n.role != ui::Role::Button || frame || !n.visible || !n.enabled || n.personal) continue;
    choices += (choices.empty() ? "" : ". ") + n.label;
  }
  return choices.empty() ? choices : ui.t("voice.others", {{"choices", choices}}) + ".";
}

// Which part of a long page is on the glass.
std::string part_of(const ui::Tree& tree) {
  const auto* where = tree.by_id("scroll.where");
  return where ? where->value : std::string();
}

}  // namespace

Narrator::Narrator(std::unique_ptr<drivers::Speaker> speaker, std::unique_ptr<drivers::Headphones> headphones,
                   voice::Clips clips)
    : speaker_(std::move(speaker)), headphones_(std::move(headphones)), clips_(std::move(clips)) {}

void Narrator::hush() {
  if (speaker_ && !read_.empty()) speaker_->stop();
  read_.clear();
  wipe(page_.text);
  page_ = {};
  for (auto& [id, words] : told_) wipe(words);
  told_.clear();
  wipe(typed_);
  focus_.clear();
  title_.clear();
  hinted_ = false;
  look_again_.reset();
}

void Narrator::forget() {
  hush();
  if (speaker_) speaker_->forget();
  if (headphones_) headphones_->forget();
}

// Whoever plugs headphones in wants to listen, and hears personal data too; whoever pulls them out falls silent at
// once.
bool Narrator::listening_alone(ui::Ui& ui) {
  const bool alone = headphones_ && headphones_->plugged();
  if (std::exchange(alone_, alone) == alone) return alone;
  hush();
  auto settings = ui.settings();
  settings.voice = alone;
  ui.set(settings);
  return alone;
}

void Narrator::frame(ui::Ui& ui, std::string_view place, SteadyTime now) {
  if (!speaker_) return;
  const bool alone = listening_alone(ui);
  const auto& settings = ui.settings();
  const bool again = std::exchange(asked_, ui.voice_asked()) != ui.voice_asked();
  look_again_.reset();
  if (!settings.voice) return hush();
  const std::string page = std::string(place) + (alone ? "+alone" : "") + settings.language;
  if (page != seen_) {  // drawn for the first time in this frame; its tree is whole in the next
    seen_ = page;
    return;
  }
  const auto here = page + " " + part_of(ui.tree());
  if (here != read_) {
    read_ = here;
    return read_page(ui, alone);
  }
  if (again || page_.volume_percent != settings.volume) {
    page_.volume_percent = settings.volume;
    speaker_->say(page_);
    return;
  }
  if (!say_focus(ui, alone) && !(alone && say_typed(ui))) say_news(ui, alone, now);
}

void Narrator::read_page(const ui::Ui& ui, bool alone) {
  const auto& settings = ui.settings();
  auto sentences = ui.tree().sentences(alone);
  if (const auto* title = ui.tree().by_id("page.title"); title && title_ != title->label) {
    title_ = title->label;  // the journey, and who stands beside the person
    sentences.insert(sentences.begin(), title->label + ".");
  }
  if (auto others = other_choices(ui); !others.empty()) sentences.push_back(std::move(others));
  told_.clear();
  for (const auto& n : ui.tree().nodes)
    if (n.role == ui::Role::Notice) told_[n.id] = n.label;
  focus_.clear();
  wipe(typed_);
  if (const auto* at = focused(ui.tree())) {  // by keys: where they stand
    focus_ = mark(*at);
    if (auto words = words_of(*at, ui, alone); !words.empty()) sentences.push_back(std::move(words));
  }
  wipe(page_.text);
  page_ = voice::page_speech(sentences, settings.language, settings.volume, clips_);
  speaker_->say(page_);
}

void Narrator::say(const std::string& sentence, const ui::Ui& ui) {
  auto speech = voice::page_speech({sentence}, ui.settings().language, ui.settings().volume, clips_);
  speaker_->say(speech);
  wipe(speech.text);
}

bool Narrator::say_focus(const ui::Ui& ui, bool alone) {
  const auto* at = focused(ui.tree());
  const std::string now = at ? mark(*at) : std::string();
  if (std::exchange(focus_, now) == now || !at) return false;
  auto words = words_of(*at, ui, alone);
  if (words.empty() && !at->secret && !std::exchange(hinted_, true)) words = ui.t("voice.headphones");
  if (!words.empty()) say(words, ui);
  const bool said = !words.empty();
  wipe(words);
  return said;
}

// Into headphones: what came to a field since the last frame.
bool Narrator::say_typed(const ui::Ui& ui) {
  for (const auto& n : ui.tree().nodes) {
    if (!typed_into(n) || !n.selected || n.secret) continue;
    std::string now = n.id + " " + n.value;
    const bool longer = now.size() > typed_.size() && now.starts_with(typed_) && !typed_.empty();
    std::string added = longer ? now.substr(typed_.size()) : std::string();
    wipe(typed_);
    typed_ = std::move(now);
    if (!added.empty()) say(added, ui);
    const bool said = !added.empty();
    wipe(added);
    return said;
  }
  return false;
}

void Narrator::say_news(const ui::Ui& ui, bool alone, SteadyTime now) {
  for (const auto& n : ui.tree().nodes) {
    if (n.role != ui::Role::Notice || !n.visible || (n.personal && !alone)) continue;
    const auto told = told_.find(n.id);
    if (told != told_.end() && told->second == n.label) continue;
    look_again_ = now + k_turn;
    if (speaker_->status().contains(drivers::Reason::Busy)) return;
    told_[n.id] = n.label;
    say(n.label, ui);
    return;
  }
}

}  // namespace kiosk::programs
