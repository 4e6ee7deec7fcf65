#include "terminal/ui/ui.h"

#include <imgui.h>

#include <algorithm>
#include <utility>

#include "base/leftovers.h"
#include "base/letters.h"
#include "base/spelling.h"
#include "terminal/ui/impl.h"

namespace kiosk::ui {

Scope::~Scope() {
  if (ui_ != nullptr) ui_->close();
}

Colour mix(Colour a, Colour b, float k) {
  const auto channel = [&](int shift) {
    const auto ca = static_cast<float>((a >> shift) & 255), cb = static_cast<float>((b >> shift) & 255);
    return static_cast<Colour>(ca + (cb - ca) * k + 0.5f) << shift;
  };
  return channel(16) | channel(8) | channel(0);
}

Ui::Impl::Impl(Ui::Setup s) : setup(std::move(s)), atlas(IM_NEW(ImFontAtlas)()), sheet(setup.draw_svg) {
  settings.language = setup.language;
  ImGuiContext* before = ImGui::GetCurrentContext();
  context = ImGui::CreateContext(atlas);
  ImGui::SetCurrentContext(context);
  ImGui::GetIO().IniFilename = nullptr;
  ImGui::GetIO().LogFilename = nullptr;
  ImGui::GetIO().BackendFlags |= ImGuiBackendFlags_RendererHasVtxOffset;
  if (before != nullptr) ImGui::SetCurrentContext(before);
}

Ui::Impl::~Impl() {
  ImGui::DestroyContext(context);
  IM_DELETE(atlas);
}

ToneColours Ui::Impl::tone(Tone t) const {
  switch (t) {
    case Tone::Neutral:
      return {p().ink, p().surface};
    case Tone::Good:
      return {p().good, p().good_tint};
    case Tone::Attention:
      return {p().attention, p().attention_tint};
    case Tone::Bad:
      return {p().bad, p().bad_tint};
    case Tone::Info:
      return {p().info, p().info_tint};
  }
  return {p().ink, p().surface};
}

Ui::Ui(Setup setup) : impl_(std::make_unique<Impl>(std::move(setup))) { impl_->self = this; }
Ui::~Ui() = default;

const i18n::Language& Ui::lang() const {
  static const i18n::Texts none = i18n::Texts::of({});
  const i18n::Texts* texts = impl_->setup.texts;
  return (texts != nullptr ? *texts : none).language(impl_->settings.language);
}

void Ui::begin() {
  Impl& d = *impl_;
  ImGui::SetCurrentContext(d.context);
  d.take_tools();
  if (d.sheet_stale) {  // not within a frame: imgui holds the letters meanwhile
    d.sheet.build(*d.atlas, d.setup.density, d.settings.size, d.setup.mm_per_px);
    d.sheet_stale = false;
  }
  ImGuiIO& io = ImGui::GetIO();
  io.DisplaySize = {static_cast<float>(d.setup.width_px), static_cast<float>(d.setup.height_px)};
  io.DeltaTime = 1.0f / 60;
  ImGui::NewFrame();
  for (Item& i : d.items) wipe(i.text);
  d.items.clear();
  d.nodes.clear();
  d.stack.clear();
  d.grounds.assign(1, d.p().page);
  d.guides.clear();
  d.field_column = -1;
  d.shortcuts.clear();
  d.header = d.footer = d.content = d.hero = d.modal = d.toasts = d.scroll = -1;
  d.dialog_id.clear();
  d.filled = false;
  d.busy_mark = false;
  ++d.frames;
}

void Ui::end() {
  Impl& d = *impl_;
  while (!d.stack.empty()) d.close();
  if (d.content >= 0 && d.modal < 0) {
    d.stack.push_back(d.content);
    d.grounds.push_back(d.p().page);
    d.lead(d.last_lead);
    d.close();
  }
  d.last_lead.clear();
  if (d.voice_panel && d.modal < 0) d.build_voice_panel();
  d.press.show(d.glass_key(), d.appears());
  d.lay_out();
  d.paint();
  ImGui::Render();
  d.frame.data = ImGui::GetDrawData();
  unsigned char* pixels = nullptr;
  d.atlas->GetTexDataAsAlpha8(&pixels, &d.frame.atlas_width, &d.frame.atlas_height);
  d.frame.atlas = pixels;
  d.frame.atlas_revision = d.sheet.revision();
  d.frame.ground = d.p().page;
  // Uses that no widget claimed were meant for a page that is gone.
  d.used.clear();
  wipe(d.typed);
  d.input = false;
  if (d.linger > 0) --d.linger;
  for (auto it = d.pictures.begin(); it != d.pictures.end();) {
    const bool kept =
        std::any_of(d.items.begin(), d.items.end(), [&](const Item& i) { return i.picture == it->second.get(); });
    it = kept ? std::next(it) : d.pictures.erase(it);
  }
}

// Larger letters and a lowered page move every control; a panel or a dialog lies over them.
std::string Ui::Impl::glass_key() const {
  return page_place + '|' + page_id + '|' + dialog_id + '|' + (voice_panel ? "voice" : "") + '|' +
         std::to_string(static_cast<int>(settings.size)) + (settings.layout == Layout::Low ? "low" : "");
}

Millis Ui::stands_in() const { return impl_->press.stands_in(impl_->now()); }

bool Ui::wants_frame() const {
  return impl_->linger > 0 || !impl_->used.empty() || impl_->busy_mark || impl_->sheet_stale;
}
const Ui::Frame& Ui::frame() const { return impl_->frame; }
const Tree& Ui::tree() const { return impl_->tree; }
bool Ui::input_seen() const { return impl_->input; }
const Settings& Ui::settings() const { return impl_->settings; }
bool Ui::low() const { return impl_->short_glass(); }
bool Ui::portrait() const { return impl_->portrait(); }
Density Ui::density() const { return impl_->setup.density; }

void Ui::set(const Settings& settings) {
  if (settings.size != impl_->settings.size) impl_->sheet_stale = true;
  if (!(settings == impl_->settings)) impl_->linger = 2;
  impl_->settings = settings;
}

void Ui::resize(int width_px, int height_px, float mm_per_px) {
  Impl& d = *impl_;
  if (mm_per_px != d.setup.mm_per_px) d.sheet_stale = true;
  d.setup.width_px = width_px;
  d.setup.height_px = height_px;
  d.setup.mm_per_px = mm_per_px;
  d.linger = 2;
}

namespace {
void wipe_nodes(std::vector<Node>& nodes) {
  for (Node& n : nodes)
    for (auto* s : {&n.id, &n.label, &n.value}) wipe(*s);
  wipe_storage(nodes);
}

// The letters of the frames before are places in the atlas, in buffers that grow and do not shrink.
void wipe_drawn(ImDrawList& list) {
  const auto rest = [](auto& v) {
    if (v.Data != nullptr) wipe(v.Data + v.Size, static_cast<std::size_t>(v.Capacity - v.Size) * sizeof *v.Data);
  };
  rest(list.VtxBuffer);
  rest(list.IdxBuffer);
}
}  // namespace

void Ui::forget() {
  Impl& d = *impl_;
  wipe_nodes(d.tree.nodes);
  if (d.stack.empty()) {  // nothing of the next page is built yet
    wipe_nodes(d.nodes);
    for (Item& i : d.items) wipe(i.text);
    wipe_storage(d.items);
    wipe_storage(d.guides);
  }
  ImGui::SetCurrentContext(d.context);
  wipe_drawn(*ImGui::GetBackgroundDrawList());
  wipe(d.typed);
  for (auto& [id, picture] : d.pictures) picture->image.reset();
  d.pictures.clear();
  for (std::string& id : d.used) wipe(id);  // keys of the glass, so letters of what was typed
  wipe_storage(d.used);
  d.press.away();
  d.shortcuts.clear();
  d.node_part.clear();
  wipe(d.last_lead);
  wipe(d.line.link_text);
  wipe(d.active_id);
  wipe(d.focus_id);
  d.focus_shown = false;
  d.part = 0;
  Settings fresh;
  fresh.language = d.setup.language;
  d.voice_panel = false;
  set(fresh);
}

unsigned Ui::voice_asked() const { return impl_->voice_asked; }

void Ui::close() { impl_->close(); }

// -- building
// ----------------------------------------------------------------------------------------------------------

int Ui::Impl::add(Item::Kind kind) {
  const int i = static_cast<int>(items.size());
  Item item;
  item.kind = kind;
  item.parent = stack.empty() ? -1 : stack.back();
  items.push_back(std::move(item));
  if (!stack.empty()) {
    Item& parent = at(stack.back());
    if (parent.last >= 0)
      at(parent.last).next = i;
    else
      parent.first = i;
    parent.last = i;
  }
  return i;
}

int Ui::Impl::open(Flow flow, float gap_mm) {
  const int i = add(Item::Kind::Box);
  at(i).flow = flow;
  at(i).gap = px(gap_mm);
  stack.push_back(i);
  grounds.push_back(ground());
  return i;
}

void Ui::Impl::close() {
  if (stack.empty()) return;
  const int closed = stack.back();
  stack.pop_back();
  grounds.pop_back();
  if (setup.density == Density::Desktop && !stack.empty() && at(stack.back()).flow == Flow::Split) end_even(closed);
}

// Beside each other the columns of an officer's page end at the same height: the last card takes what is left.
void Ui::Impl::end_even(int column) {
  if (at(column).flow != Flow::Column || at(column).fill) return;
  int card = -1;
  for (int c = at(column).first; c >= 0; c = at(c).next) {
    if (at(c).grow_h > 0) return;  // it says itself what grows
    if (at(c).kind == Item::Kind::Box && at(c).flow == Flow::Column && at(c).fill) card = c;
  }
  if (card >= 0) at(card).grow_h = 1;
}

int Ui::Impl::root(Flow flow) {
  std::vector<int> outer;
  outer.swap(stack);
  const int i = open(flow);
  outer.push_back(i);
  stack.swap(outer);
  at(i).parent = -1;
  return i;
}

int Ui::Impl::text(std::string_view s, Font font, Colour ink, Align align) {
  const int i = add(Item::Kind::Text);
  // Names, employers and services come from elsewhere: a letter the fonts lack is spelled with those they have, and is
  // never a "?". The tree keeps what was said.
  at(i).text = text::spelled_with(s, [](char32_t c) { return c == '\n' || on_screen(c); });
  at(i).font = font;
  at(i).ink = ink;
  at(i).align = align;
  return i;
}

int Ui::Impl::icon(Icon which, float mm, Colour ink) {
  const int i = add(Item::Kind::Icon);
  at(i).icon = which;
  at(i).icon_px = px(mm * icon_scale());
  at(i).ink = ink;
  return i;
}

void Ui::Impl::plate(int box, Colour fill, float radius_mm, Colour line_colour, float line_width_mm) {
  Item& b = at(box);
  b.fill = fill;
  b.radius = static_cast<int>(px(radius_mm));
  if (line_width_mm > 0) {
    b.line = line_colour;
    b.line_px = std::max(1.0f, px(line_width_mm));
  }
  if (!stack.empty() && stack.back() == box) grounds.back() = fill;
}

int Ui::Impl::node(Role role, std::string_view id, std::string_view label, std::string_view value) {
  Node n;
  n.role = role;
  n.id = id;
  n.label = label;
  n.value = value;
  n.personal = std::any_of(stack.begin(), stack.end(), [&](int i) { return at(i).own; });
  nodes.push_back(std::move(n));
  return static_cast<int>(nodes.size()) - 1;
}

int Ui::Impl::control(Role role, std::string_view id, std::string_view label, const Look& look, Flow flow, bool enabled,
                      bool selected, std::string_view value) {
  const Colour around = ground();
  const int n = node(role, id, label, value);
  Node& node_ref = nodes[static_cast<std::size_t>(n)];
  node_ref.touchable = true;
  node_ref.enabled = enabled;
  node_ref.selected = selected;
  node_ref.pressed = pressed(id);
  node_ref.focused = focus_shown && focus_id == id;
  node_ref.contrast = contrast_ratio(look.ink, look.fill);
  node_ref.edge_contrast =
      std::max(look.line_mm > 0 ? contrast_ratio(look.line, around) : 1.0, contrast_ratio(look.fill, around));
  const int i = open(flow);
  plate(i, look.fill, m().radius, look.line, look.line_mm > 0 ? line_mm(look.line_mm) : 0);
  at(i).node = n;
  at(i).solid = true;
  at(i).touch = true;
  at(i).min_h = at(i).min_w = px(m().target);
  return i;
}

bool Ui::Impl::take(std::string_view id) {
  const auto it = std::find(used.begin(), used.end(), id);
  if (it == used.end()) return false;
  used.erase(it);
  return true;
}

}  // namespace kiosk::ui
