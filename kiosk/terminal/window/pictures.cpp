#include <SDL.h>
#include <SDL_image.h>

#include <cstdio>
#include <cstring>
#include <memory>
#include <mutex>
#include <set>
#include <vector>

#include "base/log.h"
#include "terminal/window/window.h"

namespace kiosk::window {

namespace {

using Surface = std::unique_ptr<SDL_Surface, decltype(&SDL_FreeSurface)>;

Image copy(SDL_Surface* s) {
  Image image;
  const Surface bgra(SDL_ConvertSurfaceFormat(s, SDL_PIXELFORMAT_BGRA32, 0), SDL_FreeSurface);
  if (!bgra) return image;
  image.width = bgra->w;
  image.height = bgra->h;
  image.format = PixelFormat::Bgra;
  image.pixels.resize(image.stride() * static_cast<std::size_t>(image.height));
  for (int y = 0; y < image.height; ++y)
    std::memcpy(image.pixels.data() + static_cast<std::size_t>(y) * image.stride(),
                static_cast<const std::uint8_t*>(bgra->pixels) + static_cast<std::ptrdiff_t>(y) * bgra->pitch,
                image.stride());
  return image;
}

}  // namespace

Image draw_svg(const std::string& path, int width_px, int height_px) {
  Image image;
  SDL_RWops* in = SDL_RWFromFile(path.c_str(), "rb");
  if (in != nullptr) {
    const Surface drawn(IMG_LoadSizedSVG_RW(in, width_px, height_px), SDL_FreeSurface);
    SDL_RWclose(in);
    if (drawn) image = copy(drawn.get());
  }
  // SDL_image keeps the drawing's own proportions: centred in the size that was asked for.
  if (!image.empty() && (image.width != width_px || image.height != height_px)) {
    Image whole;
    whole.width = width_px;
    whole.height = height_px;
    whole.format = PixelFormat::Bgra;
    whole.pixels.assign(whole.stride() * static_cast<std::size_t>(height_px), 0);
    const int x0 = (width_px - image.width) / 2, y0 = (height_px - image.height) / 2;
    for (int y = 0; y < image.height; ++y) {
      if (y + y0 < 0 || y + y0 >= height_px) continue;
      for (int x = 0; x < image.width; ++x) {
        if (x + x0 < 0 || x + x0 >= width_px) continue;
        std::memcpy(&whole.pixels[static_cast<std::size_t>(((y + y0) * width_px + x + x0) * 4)],
                    &image.pixels[static_cast<std::size_t>((y * image.width + x) * 4)], 4);
      }
    }
    image = std::move(whole);
  }
  if (image.empty()) {
    static std::mutex mutex;
    static std::set<std::string, std::less<>> told;
    const std::lock_guard lock(mutex);
    if (told.emplace(path).second) log::warn("a drawing is missing or damaged", {{"file", path}});
  }
  return image;
}

Result<Image> read_picture(const std::string& path) {
  const Surface s(IMG_Load(path.c_str()), SDL_FreeSurface);
  if (!s) return bad_input("picture_unreadable", "picture", path);
  return copy(s.get());
}

Result<Done> write_png(const std::string& path, const Image& image) {
  if (image.empty() || image.format != PixelFormat::Bgra) return bad_input("shot_failed", "picture", "no pixels");
  const Surface s(
      SDL_CreateRGBSurfaceWithFormatFrom(const_cast<std::uint8_t*>(image.pixels.data()), image.width, image.height, 32,
                                         static_cast<int>(image.stride()), SDL_PIXELFORMAT_BGRA32),
      SDL_FreeSurface);
  const std::string part = path + ".part";
  if (!s || IMG_SavePNG(s.get(), part.c_str()) != 0 || std::rename(part.c_str(), path.c_str()) != 0)
    return bad_input("shot_failed", "shots", "cannot write " + path);
  return Done{};
}

}  // namespace kiosk::window
