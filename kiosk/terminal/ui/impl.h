// What Ui keeps: last frame's tree, this frame's items, and the hands that widgets build with.
// Internal to ui. Thread: UI thread. Units: pixels inside, millimetres at the door (px()).
#pragma once
#include <cmath>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "terminal/ui/frame.h"
#include "terminal/ui/layout.h"
#include "terminal/ui/press.h"
#include "terminal/ui/sheet.h"
#include "terminal/ui/ui.h"

struct ImGuiContext;

namespace kiosk::ui {

struct ToneColours {
  Colour ink, tint;
};

// How a control looks in its present state.
struct Look {
  Colour fill = 0, line = 0, ink = 0;
  float line_mm = 0;
};

struct Ui::Impl {
  explicit Impl(Ui::Setup s);
  ~Impl();
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  // -- measures and colours ------------------------------------------------------------------------------------------
  const Metrics& m() const { return metrics(setup.density); }
  const Palette& p() const { return palette(settings.contrast); }
  float px(float mm) const { return std::round(mm / setup.mm_per_px); }
  float width_mm() const { return static_cast<float>(setup.width_px) * setup.mm_per_px; }
  float height_mm() const { return static_cast<float>(setup.height_px) * setup.mm_per_px; }
  bool portrait() const { return setup.height_px > setup.width_px; }
  bool kiosk() const { return setup.density == Density::Kiosk; }
  bool short_glass() const { return kiosk() && height_mm() < 230; }  // a small landscape screen
  // Marks and icons beside words grow with them, though less.
  float icon_scale() const { return 1 + (static_cast<float>(settings.size) / 100.0f - 1) * 0.6f; }
  bool large_text() const { return settings.size >= TextSize::Percent150; }
  bool tiny_glass() const { return kiosk() && height_mm() < 200; }  // 12 inches
  // Words first: pictures and air go.
  bool cramped() const {
    return short_glass() && settings.size >= (tiny_glass() ? TextSize::Percent125 : TextSize::Percent150);
  }
  Font beside_font() const { return cramped() ? Font::Small : Font::Body; }  // of what explains a label
  ToneColours tone(Tone t) const;
  Colour ground() const { return grounds.back(); }
  float line_mm(float mm) const { return settings.contrast ? std::max(mm, 3 * setup.mm_per_px) : mm; }

  // -- building items ------------------------------------------------------------------------------------------------
  Item& at(int i) { return items[static_cast<std::size_t>(i)]; }
  int add(Item::Kind kind);               // into the open container
  int open(Flow flow, float gap_mm = 0);  // a container; close() ends it
  void close();
  void end_even(int column);
  int root(Flow flow);  // a container of its own, opened
  int text(std::string_view text, Font font, Colour ink, Align align = Align::Start);
  int icon(Icon icon, float mm, Colour ink);
  void plate(int box, Colour fill, float radius_mm, Colour line = 0, float line_mm = 0);  // fill of the open box
  // A control's box, opened; its node is recorded. Close it after adding what it shows.
  int control(Role role, std::string_view id, std::string_view label, const Look& look, Flow flow, bool enabled = true,
              bool selected = false, std::string_view value = {});
  bool in_growing_grid() const {
    return !stack.empty() && items[static_cast<std::size_t>(stack.back())].flow == Flow::Grid &&
           items[static_cast<std::size_t>(stack.back())].grow_h > 0;
  }
  void words(int node_of, std::string_view words, TextKind kind, Tone how);
  int node(Role role, std::string_view id, std::string_view label, std::string_view value = {});
  Look button_look(ButtonKind kind, bool enabled, bool pressed) const;
  bool button(std::string_view id, std::string_view label, const ButtonSpec& spec, bool stacked = false,
              bool icon_only = false);
  // A label above an entry, its hint, and what is wrong with it.
  void entry_head(std::string_view id, std::string_view label, std::string_view hint);
  void entry_problem(std::string_view id, std::string_view problem);
  int field_box(Role role, std::string_view id, std::string_view label, std::string_view value, bool active);
  void number_pad(std::string_view id, bool secret = false);
  void letter_keyboard(std::string_view id, bool capitals);
  void key_button(const std::string& id, std::string_view label, float grow = 1, Icon icon = Icon::None);
  // What was typed into `id` since the last frame by keys of the glass or a keyboard, applied to the value.
  std::string keys_of(std::string_view id);
  std::string edited(std::string_view id, std::string value, int max, bool digits_only, bool capitals);
  bool is_active(std::string_view id);  // the page's active field; the first one asked becomes it

  // -- page ----------------------------------------------------------------------------------------------------------
  void build_header(const PageSpec& spec);
  void build_footer(const PageSpec& spec);
  void build_tall_footer(const PageSpec& spec, bool icons);
  void build_wide_footer(const PageSpec& spec, bool icons);
  void build_leave(const PageSpec& spec, bool tools, bool icons, bool grow);
  void primary_button(const PageSpec& spec);
  void halves(const std::function<void()>& left, const std::function<void()>& right);
  void build_tools(bool labels, bool all);
  void build_head(const PageSpec& spec);
  void lead(std::string_view words);
  void build_scroll(std::size_t part, std::size_t parts);
  void take_tools();
  void build_voice_panel();
  void lay_out();
  void reach_down(float height);

  // -- input ---------------------------------------------------------------------------------------------------------
  bool take(std::string_view id);  // was it used? once
  const Node* hit(float x_mm, float y_mm) const;
  void move_focus(Key key);
  void show(const Node& node);  // turns to its page
  bool pressed(std::string_view id) const { return press.inside() && !press.held().empty() && press.held() == id; }
  // Without a clock it stands still, and every page has stood for long.
  SteadyTime now() const { return setup.clock != nullptr ? setup.clock->steady() : SteadyTime{}; }
  SteadyTime appears() const { return setup.clock != nullptr ? now() : now() - k_page_stands; }
  std::string glass_key() const;  // what makes the glass another one for a finger that is on its way

  // -- painting ------------------------------------------------------------------------------------------------------
  void paint();
  void paint_item(int i, float dy, float clip_top, float clip_bottom, bool paged);
  void record(const Item& item, float dy, bool visible, bool cut);
  void rounded(float x, float y, float w, float h, int radius, Colour c);
  void outline(float x, float y, float w, float h, int radius, int thickness, Colour c);
  void soft_shadow(float x, float y, float w, float h, int radius);
  void rect(float x, float y, float w, float h, Colour c, unsigned alpha = 255);
  void sprite(const Sprite& s, float x, float y, Colour c, unsigned alpha = 255);
  void glyphs(const Item& item, float dy, float clip_top, float clip_bottom);
  const DrawPicture* drawing(Art art, int px);
  const DrawPicture* guide(const CameraGuide& guide, int w, int h);
  void held_part(const CameraGuide& guide, float x, float y, float w, float h);

  Ui* self = nullptr;
  Setup setup;
  Settings settings;
  ImFontAtlas* atlas = nullptr;
  ImGuiContext* context = nullptr;
  Sheet sheet;
  bool sheet_stale = true;

  Tree tree;                // last finished frame
  std::vector<Node> nodes;  // being built
  std::vector<Item> items;
  std::vector<int> stack;
  std::vector<Colour> grounds;
  struct GuideAt {
    int item;
    CameraGuide guide;
  };
  std::vector<GuideAt> guides;
  int header = -1, footer = -1, content = -1, hero = -1, modal = -1, toasts = -1, scroll = -1;
  int field_column = -1;  // of the last field that stands beside its keys
  std::string last_lead;  // put at the end of the page
  bool filled = false;
  std::string page_id, place, page_place, dialog_id;
  std::size_t part = 0, parts = 1;
  std::vector<Arranger::Page> pages;
  std::map<std::string, std::size_t, std::less<>> node_part;  // page of each node, for show()
  float view_top = 0, view_bottom = 0;

  std::vector<std::string> used;  // ids used since the last frame
  std::string focus_id, active_id, typed;
  bool focus_shown = false, figures = false, input = false;  // figures: the keyboard's second page
  PressRule press;
  int linger = 0;  // frames still wanted after an input
  bool busy_mark = false;
  bool voice_panel = false;  // lies over the page: again, louder, softer, off
  unsigned voice_asked = 0;
  unsigned frames = 0;
  std::map<std::string, std::string, std::less<>> shortcuts;  // chord -> id, of the last frame

  StatusLine line;
  bool has_line = false;
  std::map<std::string, std::unique_ptr<DrawPicture>, std::less<>> pictures;
  std::map<std::pair<int, int>, std::unique_ptr<DrawPicture>> art_cache;
  struct GuideKey {
    CameraGuide::Shape shape;
    int w, h, cx, cy, gw, gh;
    Colour colour;
    auto operator<=>(const GuideKey&) const = default;
  };
  std::pair<GuideKey, std::unique_ptr<DrawPicture>> guide_cache;
  Frame frame;
};

Colour mix(Colour a, Colour b, float part_of_b);

}  // namespace kiosk::ui
