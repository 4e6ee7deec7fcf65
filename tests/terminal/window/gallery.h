// Pages that show every widget, for golden pictures and the lint: what a screen may use, drawn as it would be used.
#pragma once
#include <memory>
#include <string>

#include "base/i18n/i18n.h"
#include "base/image.h"
#include "terminal/ui/ui.h"

namespace kiosk::gallery {

// The texts of the build; aborts the test run with a clear line when they were not built.
const i18n::Texts& texts();

std::unique_ptr<ui::Ui> make_ui(int width, int height, ui::Settings settings = {},
                                ui::Density density = ui::Density::Kiosk);

enum class Page { Home, Choices, Nik, Date, Letters, Reading, Picture, Success, Dialog, Counter, Board };
inline constexpr Page kPages[] = {Page::Home,    Page::Choices, Page::Nik,     Page::Date,
                                  Page::Letters, Page::Reading, Page::Picture, Page::Success,
                                  Page::Dialog,  Page::Counter, Page::Board};
const char* name(Page page);
void draw(ui::Ui& ui, Page page);

// Draws until nothing asks for another frame.
void settle(ui::Ui& ui, Page page);
// The page on a canvas in memory.
Image picture(const ui::Ui& ui, int width, int height);

}  // namespace kiosk::gallery
