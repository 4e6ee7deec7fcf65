// The widgets screens are made of. A screen calls them in reading order each frame; ui measures, wraps, pages, draws
// and records the accessibility tree. A call returns what the person did to that widget as it was drawn in the last
// frame.
//   auto page = ui.page({.id = "claim.cause", .title = ui.t("claim.title"), .step = 4, .steps = 10,
//                        .heading = ui.t("claim.cause.title"), .primary = ui.t("common.next")});
//   if (ui.tile("resign", Icon::Bag, ui.t("claim.cause.resign"))) intent = ChooseCause{...};
//   if (page.primary) intent = Next{};
// Thread: UI thread only. Owns: fonts, atlas, last frame's tree. Units: Millimetres; never pixels.
// Ids: stable, unique on a page, no personal data (scripts, focus and the tree use them). Labels: already translated.
#pragma once
#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/i18n/i18n.h"
#include "base/image.h"
#include "base/units.h"
#include "terminal/ui/icons.h"
#include "terminal/ui/theme.h"
#include "terminal/ui/tree.h"

namespace kiosk::ui {

enum class Tone { Neutral, Good, Attention, Bad, Info };

// A picture in memory (a camera frame, a photo); the same SharedImage is uploaded once.
struct Picture {
  SharedImage image;
  bool mirrored = false;  // as in a mirror, for the live camera
};
// The outline over a camera picture where something should be held; places in parts of the picture (0..1).
struct CameraGuide {
  enum class Shape { Face, Card } shape = Shape::Face;
  float cx = 0.5f, cy = 0.45f, w = 0.45f, h = 0.65f;
  Tone tone = Tone::Neutral;  // whether it sits well
  float held = 0;             // 0..1: how long already of what is needed; that part of the outline stands out
};
CameraGuide face_guide(Tone tone, float held = 0);
// ISO/IEC 7810 ID-1 (85.6 x 54 mm) in the middle of a picture, as wide as that part of it.
CameraGuide card_guide(const Image& picture, float width = 0.78f);

// Ends its container when it goes.
class [[nodiscard]] Scope {
 public:
  explicit Scope(class Ui* ui) : ui_(ui) {}
  Scope(Scope&& o) noexcept : ui_(o.ui_) { o.ui_ = nullptr; }
  Scope(const Scope&) = delete;
  Scope& operator=(const Scope&) = delete;
  Scope& operator=(Scope&&) = delete;
  ~Scope();

 protected:
  Ui* ui_;
};

// What the one solid button does decides where it stands, so that a finger that only went on meets nothing that acts in
// the same place: going on ends the last row; what binds (consent, Konfirmasi) has a row of its own above, at its end;
// what acts (a number, a photograph, a log-in) begins that row; leaving stands where Selesai stands on every page.
enum class PrimaryIs { GoingOn, Binding, Acting, Leaving };
struct PageSpec {
  std::string id;            // "home", "claim.cause"
  std::string title;         // in the header: the journey's name
  int step = 0, steps = 0;   // progress "Langkah 3 dari 8"; 0: none
  std::string heading = {};  // the one question, big; then `lead` beneath, softer
  std::string lead = {};
  bool lead_last = false;    // it stands at the end of the page: what is to be done comes first
  Art art = Art::None;       // the step's picture beside the heading
  std::string primary = {};  // label of the one solid button; empty: none
  bool primary_enabled = true;
  PrimaryIs primary_is = PrimaryIs::GoingOn;
  Icon primary_icon = Icon::Next;
  bool back = true, help = true, done = true;  // Kembali, Bantuan petugas, Selesai
  bool tools = true;                           // Suara, Huruf, Kontras, Bahasa, Turunkan: ui does what they do
};
// The page, open until it goes. Each flag: that button was used.
class Page : public Scope {
 public:
  Page(Ui* ui, bool primary_, bool back_, bool help_, bool done_)
      : Scope(ui), primary(primary_), back(back_), help(help_), done(done_) {}
  const bool primary, back, help, done;
};

enum class ButtonKind { Primary, Secondary, Quiet, Danger };
struct ButtonSpec {
  ButtonKind kind = ButtonKind::Secondary;
  Icon icon = Icon::None;
  bool enabled = true;
  std::string shortcut = {};  // "F2", "Ctrl+N": shown at desktop density, works from the keyboard
  bool wide = false;          // takes the whole width
  bool personal = false;      // its label names what belongs to the person: not read aloud into the room
  bool acts = false;          // prints, sends, draws a number, calls, ends: never where a primary button stood before
};
struct TileSpec {
  std::string detail = {};
  Tone tone = Tone::Neutral;
  int hue = 0;  // 0..7: colour of the icon's plate
  bool enabled = true;
  bool grow = true;       // takes its share of the free height (home)
  bool personal = false;  // names what belongs to the person: not read aloud into the room
};
enum class TextKind { Body, Strong, Soft, Small, Title, Display };
struct DigitSpec {
  int max = 16;
  int group = 4;             // digits between gaps; 0: no groups
  bool hidden = false;       // PIN: shows dots, the tree's value is the count only
  std::string hint = {};     // what is asked, beneath the label
  std::string problem = {};  // shown beneath in words, attention colour
  std::string prefix = {};   // "+62"
  bool money = false;        // a sum: "Rp5.000.000" while it is typed, and the same in words beneath
  bool letters = false;      // also letters (passport); shows the letter keyboard
};
struct TextSpec {
  int max = 80;
  bool hidden = false;
  bool capitals = true;  // the on-screen keyboard writes capitals, as the KTP does
  std::string hint = {};
  std::string problem = {};
  int lines = 1;  // desktop: a taller box
};
struct DateParts {
  std::string day, month, year;  // digits as typed, maybe unfinished
  bool operator==(const DateParts&) const = default;
};
struct FieldRow {
  std::string label, value;
  Tone tone = Tone::Neutral;
};
struct Bar {
  std::string label;            // beneath: "2025"
  float first = 0, second = 0;  // 0..1 of the plot's height
};
struct TimelineRow {
  enum class State { Past, Now, Future, Problem } state = State::Future;
  std::string label, detail;  // detail: a date, a name, a reason
};
struct WayBox {  // a step of a drawn flow
  Icon icon = Icon::None;
  std::string label;
  std::string aside = {};  // what happens otherwise, softer beneath
};
struct Column {
  std::string title;
  float weight = 1;
  bool right = false;  // numbers
};
struct TableRow {
  std::string id;
  std::vector<std::string> cells;
  Tone tone = Tone::Neutral;
};
struct TabSpec {
  std::string id, label;
  Icon icon = Icon::None;
  std::string badge = {};  // "3"
};
// The line every page shows at the top right; the stage sets it each frame.
struct StatusLine {
  std::string clock;  // "Jumat, 20 November 2026  09.41"
  enum class Link { Online, Offline, NoBranch } link = Link::Online;
  std::string link_text;  // "Tersambung", "Tanpa internet: data disimpan"
};

// What window hands in.
enum class Key { Up, Down, Left, Right, Ok, Help, Back, Tab, BackTab, Backspace, Delete, PageUp, PageDown };

class Ui {
 public:
  struct Setup {
    Density density = Density::Kiosk;
    int width_px = 1080, height_px = 1920;
    float mm_per_px = 0.248f;
    const i18n::Texts* texts = nullptr;
    // A drawing of the project by file ("icons/ticket", "pictures/waiting") at a height in pixels, BGRA; empty when it
    // cannot be read.
    std::function<Image(std::string_view file, int width_px, int height_px)> draw_svg = {};
    std::vector<std::string> languages = {};  // offered by the Bahasa button; empty: all of texts
    std::string language = "id";              // of the next person
    const Clock* clock = nullptr;             // by it a page has stood long enough for a press; none: always
  };
  explicit Ui(Setup setup);
  ~Ui();
  Ui(const Ui&) = delete;
  Ui& operator=(const Ui&) = delete;

  // -- words ---------------------------------------------------------------------------------------------------------
  std::string t(std::string_view key, i18n::Args args = {}) const { return lang().text(key, args); }
  const i18n::Language& lang() const;

  // -- the page ------------------------------------------------------------------------------------------------------
  void status(StatusLine line);
  // Where the journey is, before page(): the same page of another question is another page for a finger.
  void place(std::string_view place);
  Page page(const PageSpec& spec);
  // Over the page, which cannot be touched meanwhile: "Masih di sana?".
  Scope dialog(std::string_view id, std::string_view title, Icon icon = Icon::None);
  // A line over the content as long as the stage calls it.
  void toast(std::string_view id, std::string_view text, Tone tone = Tone::Good);

  // -- layout: containers end with their Scope
  // -------------------------------------------------------------------------
  // A column of what belongs to the person: seen, not read aloud into the room.
  Scope own();
  Scope column();  // one below the other (also the page's own way)
  Scope row();     // side by side, each as wide as it needs; wraps when they do not fit
  Scope grid(Millimetres min_width, int max_columns = 2, bool grow = false);  // equal columns; grow: shares free height
  // Two children side by side in landscape, stacked in portrait or when narrow. On an officer's page both end at the
  // same height: the page's, or that of the taller one.
  // Steady: side by side also with large letters on a wide glass, where both fit.
  Scope split(float first_share = 0.5f, bool to_bottom = true, bool steady = false);
  Scope card(Tone tone = Tone::Neutral);  // a white (tinted) plate around what follows
  void space(Millimetres height);
  void fill();  // free height of the page goes here (default: at the end)
  void divider();

  // -- reading -------------------------------------------------------------------------------------------------------
  void heading(std::string_view text);
  void text(std::string_view text, TextKind kind = TextKind::Body, Tone tone = Tone::Neutral);
  // The same for what belongs to the person (a name, a sum, a number): seen, but not read aloud into the room.
  void personal(std::string_view text, TextKind kind = TextKind::Body, Tone tone = Tone::Neutral);
  void notice(std::string_view id, std::string_view text, Tone tone, Icon icon = Icon::None,
              std::string_view title = {});
  void check(std::string_view id, std::string_view text, bool passed,
             std::string_view detail = {});                          // check or attention mark
  void fields(std::string_view id, std::span<const FieldRow> rows);  // label/value list
  void timeline(std::string_view id, std::span<const TimelineRow> rows);
  // A drawn flow: numbered boxes one below the other with arrows between; in landscape two columns of them.
  void way(std::string_view id, std::span<const WayBox> boxes);
  void progress(std::string_view id, std::string_view label, float part);  // 0..1; below 0: busy without a known end
  // Two series side by side, as upright bars; `names` stand above. Its numbers stand in a table beside it: read aloud
  // is the label only.
  void bars(std::string_view id, std::string_view label, std::span<const std::string, 2> names,
            std::span<const Bar> bars, Millimetres height);
  void big_number(std::string_view id, std::string_view label,
                  std::string_view value);  // ticket number, PIN of the day
  void art(Art art, Millimetres height);
  void icon(Icon icon, Tone tone = Tone::Neutral);
  void picture(std::string_view id, std::string_view label, const Picture& picture, Millimetres max_height,
               std::optional<CameraGuide> guide = {});

  // -- doing: true when used since the last frame
  // ----------------------------------------------------------------------
  bool button(std::string_view id, std::string_view label, const ButtonSpec& spec = {});
  bool tile(std::string_view id, Icon icon, std::string_view label, const TileSpec& spec = {});
  // A radio card; one of a list is selected.
  bool choice(std::string_view id, std::string_view label, bool selected, std::string_view detail = {},
              Icon icon = Icon::None, bool personal = false);
  bool checkbox(std::string_view id, std::string_view label, bool checked, std::string_view detail = {});
  std::optional<std::size_t> tabs(std::string_view id, std::span<const TabSpec> tabs, std::size_t selected);
  std::optional<std::size_t> side_list(std::string_view id, std::span<const TabSpec> items, std::size_t selected);
  // Rows can be chosen when `selectable`; returns the row used.
  std::optional<std::size_t> table(std::string_view id, std::span<const Column> columns, std::span<const TableRow> rows,
                                   std::optional<std::size_t> selected = {}, bool selectable = true);
  // Entry: the new text when it changed. Kiosk density draws the big number pad or letter keyboard with the field;
  // the first field of a page is active until another is touched.
  std::optional<std::string> digits(std::string_view id, std::string_view label, std::string_view value,
                                    const DigitSpec& spec = {});
  std::optional<std::string> entry(std::string_view id, std::string_view label, std::string_view value,
                                   const TextSpec& spec = {});
  std::optional<DateParts> date(std::string_view id, std::string_view label, const DateParts& value,
                                std::string_view problem = {});

  // What belongs under the field just drawn: on a wide glass beside its keys, else beneath them.
  Scope under_field();

  // -- settings ------------------------------------------------------------------------------------------------------
  const Settings& settings() const;
  void set(const Settings& settings);
  bool portrait() const;
  bool low() const;  // a small landscape glass: height is dear
  Density density() const;
  unsigned voice_asked() const;  // how often the page was asked to be read again
  // The person forgot the page or left: wipes tree, typed text and pictures, default settings, focus at the start.
  void forget();

  // -- for window, voice, scripts and tests
  // ----------------------------------------------------------------------------
  const Tree& tree() const;  // of the last finished frame
  bool input_seen() const;   // something was touched or typed since the last frame
  void focus(std::string_view id);
  void use(std::string_view id);  // used, whatever the hour: the tests' hand; shows it first when off page
  void key(Key key);
  void shortcut(std::string_view chord);  // "F2", "Ctrl+N"
  void type(std::string_view utf8);       // from a keyboard, to the active field
  void pointer_down(Millimetres x, Millimetres y);
  void pointer_move(Millimetres x, Millimetres y);
  void pointer_up(Millimetres x, Millimetres y);
  void pointer_away();
  // Until presses on what is drawn count (press.h); 0: now.
  Millis stands_in() const;
  void wheel(float notches);
  void resize(int width_px, int height_px, float mm_per_px);
  void begin();              // before the stage draws
  void end();                // measures, draws, records; after it `frame()` is whole
  bool wants_frame() const;  // an effect (press, busy mark) needs another frame soon
  struct Frame;              // draw data for window (ui/frame.h)
  struct Impl;
  const Frame& frame() const;

 private:
  friend class Scope;
  void close();
  std::unique_ptr<Impl> impl_;
};

}  // namespace kiosk::ui
