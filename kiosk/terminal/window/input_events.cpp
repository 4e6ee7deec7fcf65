#include "terminal/window/input_events.h"

#include <SDL.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstring>
#include <string>

namespace kiosk::window {

namespace {

struct NamedKey {
  std::string_view name;
  SDL_Keycode key;
  Uint16 mod = KMOD_NONE;
};
constexpr std::array<NamedKey, 14> kKeys{{{"up", SDLK_UP},
                                          {"down", SDLK_DOWN},
                                          {"left", SDLK_LEFT},
                                          {"right", SDLK_RIGHT},
                                          {"ok", SDLK_RETURN},
                                          {"enter", SDLK_RETURN},
                                          {"help", SDLK_F1},
                                          {"back", SDLK_ESCAPE},
                                          {"tab", SDLK_TAB},
                                          {"backtab", SDLK_TAB, KMOD_LSHIFT},
                                          {"backspace", SDLK_BACKSPACE},
                                          {"delete", SDLK_DELETE},
                                          {"pageup", SDLK_PAGEUP},
                                          {"pagedown", SDLK_PAGEDOWN}}};

void push_keysym(SDL_Keycode key, Uint16 mod) {
  for (const bool down : {true, false}) {
    SDL_Event e{};
    e.type = down ? SDL_KEYDOWN : SDL_KEYUP;
    e.key.state = down ? SDL_PRESSED : SDL_RELEASED;
    e.key.keysym.sym = key;
    e.key.keysym.scancode = SDL_GetScancodeFromKey(key);
    e.key.keysym.mod = mod;
    SDL_PushEvent(&e);
  }
}

// Bytes of the letter that begins here.
std::size_t letter_bytes(std::string_view s) {
  std::size_t n = 1;
  while (n < s.size() && (static_cast<unsigned char>(s[n]) & 0xC0) == 0x80) ++n;
  return n;
}

}  // namespace

void push_finger(Act act, float x, float y, std::int64_t finger) {
  SDL_Event e{};
  e.type = act == Act::Down ? SDL_FINGERDOWN : act == Act::Move ? SDL_FINGERMOTION : SDL_FINGERUP;
  e.tfinger.touchId = 1;
  e.tfinger.fingerId = finger;
  e.tfinger.x = x;
  e.tfinger.y = y;
  e.tfinger.pressure = act == Act::Up ? 0.0f : 1.0f;
  SDL_PushEvent(&e);
}

void push_mouse(Act act, int x_px, int y_px) {
  SDL_Event e{};
  if (act == Act::Move) {
    e.type = SDL_MOUSEMOTION;
    e.motion.x = x_px;
    e.motion.y = y_px;
  } else {
    e.type = act == Act::Down ? SDL_MOUSEBUTTONDOWN : SDL_MOUSEBUTTONUP;
    e.button.button = SDL_BUTTON_LEFT;
    e.button.clicks = 1;
    e.button.state = act == Act::Down ? SDL_PRESSED : SDL_RELEASED;
    e.button.x = x_px;
    e.button.y = y_px;
  }
  SDL_PushEvent(&e);
}

bool push_key(std::string_view name) {
  std::string lower(name);
  for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  const auto it = std::find_if(kKeys.begin(), kKeys.end(), [&](const NamedKey& k) { return k.name == lower; });
  if (it != kKeys.end()) {
    push_keysym(it->key, it->mod);
    return true;
  }
  Uint16 mod = KMOD_NONE;
  for (const auto& [prefix, bit] : {std::pair{"Ctrl+", KMOD_LCTRL}, std::pair{"Alt+", KMOD_LALT}})
    if (name.starts_with(prefix)) {
      mod |= static_cast<Uint16>(bit);
      name.remove_prefix(std::strlen(prefix));
    }
  const SDL_Keycode key = SDL_GetKeyFromName(std::string(name).c_str());
  const bool function = key >= SDLK_F1 && key <= SDLK_F12;
  if (key == SDLK_UNKNOWN || (mod == KMOD_NONE && !function)) return false;
  push_keysym(key, mod);
  return true;
}

void push_text(std::string_view utf8) {
  while (!utf8.empty()) {
    const std::size_t n = std::min(letter_bytes(utf8), sizeof(SDL_TextInputEvent::text) - 1);
    SDL_Event e{};
    e.type = SDL_TEXTINPUT;
    std::memcpy(e.text.text, utf8.data(), n);
    SDL_PushEvent(&e);
    utf8.remove_prefix(n);
  }
}

}  // namespace kiosk::window
