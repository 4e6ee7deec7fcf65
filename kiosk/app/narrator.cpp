#include "app/narrator.h"

#include <utility>

#include "base/secret.h"

namespace kiosk::app {

namespace {

constexpr Millis k_turn{200};  // how often a sentence that waits looks whether it is its turn

const ui::Node* focused(const ui::Tree& tree) {
  for (const auto& n : tree.nodes)
    if (n.focused) return &n;
  return nullptr;
}

std::string mark(const ui::Node& n) { return n.id + (n.enabled ? "" : " disabled") + (n.selected ? " selected" : ""); }

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
  if (n.secret || (n.role == ui::Role::Key && !alone)) return {};
  std::string words = n.label;
  if (n.personal && !alone) words = ui.t("voice.nth", {{"n", std::to_string(place_among_personal(ui.tree(), n))}});
  if (words.empty()) return {};
  if (n.role == ui::Role::TextField || n.role == ui::Role::DigitField) words += ", " + ui.t("voice.field");
  if (n.selected) words += ", " + ui.t("voice.chosen");
  if (!n.enabled) words += ", " + ui.t("voice.not_yet");
  return words + ".";
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
  focus_.clear();
  look_again_.reset();
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
  if (page != read_) {
    read_ = page;
    return read_page(ui, alone);
  }
  if (again || page_.volume_percent != settings.volume) {
    page_.volume_percent = settings.volume;
    speaker_->say(page_);
    return;
  }
  if (!say_focus(ui, alone)) say_news(ui, alone, now);
}

void Narrator::read_page(const ui::Ui& ui, bool alone) {
  const auto& settings = ui.settings();
  auto sentences = ui.tree().sentences(alone);
  told_.clear();
  for (const auto& n : ui.tree().nodes)
    if (n.role == ui::Role::Notice) told_[n.id] = n.label;
  focus_.clear();
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
  const auto words = words_of(*at, ui, alone);
  if (!words.empty()) say(words, ui);
  return !words.empty();
}

void Narrator::say_news(const ui::Ui& ui, bool alone, SteadyTime now) {
  for (const auto& n : ui.tree().nodes) {
    if (n.role != ui::Role::Notice || !n.visible || (n.personal && !alone)) continue;
    const auto told = told_.find(n.id);
    if (told != told_.end() && told->second == n.label) continue;
    if (speaker_->status().contains(drivers::Reason::Busy)) {
      look_again_ = now + k_turn;
      return;
    }
    told_[n.id] = n.label;
    say(n.label, ui);
    look_again_ = now + k_turn;  // perhaps there is more
    return;
  }
}

}  // namespace kiosk::app
