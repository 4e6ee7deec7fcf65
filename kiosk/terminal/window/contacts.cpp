#include "terminal/window/contacts.h"

#include <algorithm>

namespace kiosk::window {

namespace {

bool is_mouse(const Touch& touch) {
  return touch.kind == Touch::Kind::MouseDown || touch.kind == Touch::Kind::MouseMove ||
         touch.kind == Touch::Kind::MouseUp;
}

}  // namespace

bool Contacts::near(Place a, Place b, float within) {
  const float dx = a.x - b.x, dy = a.y - b.y;
  return dx * dx + dy * dy <= within * within;
}

bool Contacts::owns(const Touch& touch) const {
  return owner_ && owner_->mouse == is_mouse(touch) && (owner_->mouse || owner_->finger == touch.finger);
}

bool Contacts::told_by_finger(const Touch& touch) const {
  const Place here{touch.x, touch.y};
  return std::any_of(fingers_.begin(), fingers_.end(), [&](const Trace& t) {
    return touch.at - t.at <= kMouseAfter && (near(here, t.down, kSamePlaceMm) || near(here, t.last, kSamePlaceMm));
  });
}

void Contacts::trace(const Touch& touch) {
  std::erase_if(fingers_, [&](const Trace& t) { return touch.at - t.at > kMouseAfter; });
  // The newest of that id: drivers use ids again.
  const auto it = std::find_if(fingers_.rbegin(), fingers_.rend(), [&](const Trace& t) {
    return t.finger == touch.finger && touch.kind != Touch::Kind::FingerDown;
  });
  const Place here{touch.x, touch.y};
  if (it == fingers_.rend()) {
    fingers_.push_back({touch.finger, here, here, touch.at});
  } else {
    it->last = here;
    it->at = touch.at;
  }
}

// The mouse was told first: the finger that made it takes its press over, or comes too late to press again.
bool Contacts::joins_mouse(const Touch& touch) {
  if (!mouse_) return false;
  if (touch.at - mouse_->at > kFingerAfterMouse || !near({touch.x, touch.y}, mouse_->place, kSamePlaceMm)) return false;
  mouse_.reset();
  if (owner_ && owner_->mouse) {
    owner_->mouse = false;
    owner_->finger = touch.finger;
  }
  return true;
}

std::vector<Edge> Contacts::down(const Touch& touch, const Hits& hits) {
  std::vector<Edge> edges;
  if (owner_) {
    const bool gives_way = owns(touch) || !owner_->hit || touch.at - owner_->rests_since >= kRests;
    if (!gives_way) return edges;
    edges.push_back({Edge::Kind::Away, touch.x, touch.y});
  }
  const Place here{touch.x, touch.y};
  const bool mouse = is_mouse(touch);
  owner_ = Owner{mouse, mouse ? 0 : touch.finger, hits(touch.x, touch.y), here, touch.at};
  if (mouse) mouse_ = MousePress{here, touch.at};
  edges.push_back({Edge::Kind::Down, touch.x, touch.y});
  return edges;
}

std::vector<Edge> Contacts::move(const Touch& touch) {
  if (!owns(touch)) return {};
  const Place here{touch.x, touch.y};
  if (!near(here, owner_->rest, kStillMm)) {
    owner_->rest = here;
    owner_->rests_since = touch.at;
  }
  return {{Edge::Kind::Move, touch.x, touch.y}};
}

std::vector<Edge> Contacts::up(const Touch& touch) {
  if (!owns(touch)) return {};
  if (owner_->mouse && mouse_) mouse_->at = touch.at;
  owner_.reset();
  return {{Edge::Kind::Up, touch.x, touch.y}};
}

std::vector<Edge> Contacts::take(const Touch& touch, const Hits& hits) {
  switch (touch.kind) {
    case Touch::Kind::FingerDown:
      trace(touch);
      return joins_mouse(touch) ? std::vector<Edge>{} : down(touch, hits);
    case Touch::Kind::FingerMove:
      trace(touch);
      return move(touch);
    case Touch::Kind::FingerUp:
      trace(touch);
      return up(touch);
    case Touch::Kind::MouseDown:
      return told_by_finger(touch) ? std::vector<Edge>{} : down(touch, hits);
    case Touch::Kind::MouseMove:
      return move(touch);
    case Touch::Kind::MouseUp:
      return up(touch);
    case Touch::Kind::Lost:
      if (!owner_) return {};
      owner_.reset();
      return {{Edge::Kind::Away, touch.x, touch.y}};
  }
  return {};
}

}  // namespace kiosk::window
