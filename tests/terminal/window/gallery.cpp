#include "gallery.h"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "terminal/ui/frame.h"
#include "terminal/window/raster.h"
#include "terminal/window/window.h"

namespace kiosk::gallery {

using namespace ui;

const i18n::Texts& texts() {
  static const i18n::Texts loaded = [] {
    auto r = i18n::Texts::load(i18n::assets("i18n"));
    if (!r) {
      std::fprintf(stderr, "texts: %s: build the target 'assets' first\n", r.fault().detail.c_str());
      std::exit(2);
    }
    return std::move(r).value();
  }();
  return loaded;
}

std::unique_ptr<Ui> make_ui(int width, int height, Settings settings, Density density) {
  const float mm = density == Density::Board ? 0.5f : density == Density::Desktop ? 0.277f : 0.248f;
  auto ui = std::make_unique<Ui>(Ui::Setup{
      .density = density,
      .width_px = width,
      .height_px = height,
      .mm_per_px = mm,
      .texts = &texts(),
      .draw_svg = [](std::string_view file, int w, int h) {
        const std::size_t slash = file.find('/');
        return window::draw_svg(i18n::assets(file.substr(0, slash)) + std::string(file.substr(slash)) + ".svg", w, h);
      }});
  ui->set(settings);
  return ui;
}

const char* name(Page page) {
  switch (page) {
    case Page::Home:
      return "home";
    case Page::Choices:
      return "choices";
    case Page::Nik:
      return "nik";
    case Page::Date:
      return "date";
    case Page::Letters:
      return "letters";
    case Page::Reading:
      return "reading";
    case Page::Picture:
      return "picture";
    case Page::Success:
      return "success";
    case Page::Dialog:
      return "dialog";
    case Page::Counter:
      return "counter";
    case Page::Board:
      return "board";
  }
  return "";
}

namespace {

void status(Ui& ui, bool online = true) {
  ui.status({.clock = "Jumat, 20 November  09.41",
             .link = online ? StatusLine::Link::Online : StatusLine::Link::Offline,
             .link_text = online ? "Tersambung" : "Tanpa internet"});
}

void home(Ui& ui) {
  const auto page = ui.page({.id = "home",
                             .title = "Layanan Mandiri",
                             .heading = "Apa keperluan Bapak/Ibu hari ini?",
                             .lead = "Sentuh salah satu. Semua layanan gratis.",
                             .back = false,
                             .done = false});
  const auto grid = ui.grid(95_mm, 2, true);
  ui.tile("ticket", Icon::Ticket, "Ambil nomor antrean", {.detail = "Ke loket petugas", .hue = 0});
  ui.tile("claim", Icon::Claim, "Klaim JHT", {.detail = "Cairkan saldo", .hue = 1});
  ui.tile("blocked", Icon::Lock, "Akun JMO terblokir", {.detail = "Dibantu hari ini", .hue = 2});
  ui.tile("balance", Icon::Wallet, "Cek saldo JHT", {.detail = "Saldo dan iuran", .hue = 3});
  ui.tile("find", Icon::Search, "Cari nomor KPJ", {.detail = "Cukup NIK Anda", .hue = 4});
  ui.tile("card", Icon::Card, "Kartu peserta", {.detail = "Lihat dan cetak", .hue = 5});
  ui.tile("track", Icon::Route, "Lacak klaim", {.detail = "Sampai di mana", .hue = 6});
  ui.tile("guide", Icon::Book, "Panduan", {.detail = "Langkah bergambar", .hue = 7});
}

void choices(Ui& ui) {
  const auto page = ui.page({.id = "choices",
                             .title = "Klaim JHT",
                             .step = 4,
                             .steps = 10,
                             .heading = "Mengapa Bapak/Ibu mengajukan klaim?",
                             .lead = "Pilih satu yang paling sesuai.",
                             .primary = "Selanjutnya"});
  ui.choice("age", "Usia pensiun 56 tahun", false, {}, Icon::Elder);
  ui.choice("resign", "Mengundurkan diri", true, "Paling cepat 1 bulan setelah berhenti", Icon::Bag);
  ui.choice("phk", "Pemutusan hubungan kerja (PHK)", false, "Paling cepat 1 bulan", Icon::Factory);
  ui.choice("p10", "Klaim sebagian 10 %", false, "Peserta paling sedikit 10 tahun", Icon::Percent);
  ui.checkbox("agree", "Saya setuju data saya diperiksa", true);
}

void nik(Ui& ui) {
  const auto page = ui.page({.id = "nik",
                             .title = "Klaim JHT",
                             .step = 2,
                             .steps = 10,
                             .heading = "Ketik NIK Bapak/Ibu",
                             .art = Art::IdCard,
                             .primary = "Selanjutnya",
                             .primary_enabled = false});
  ui.digits("nik", "Nomor Induk Kependudukan", "3578014908", {.max = 16, .hint = "16 angka pada KTP"});
}

void date(Ui& ui) {
  const auto page = ui.page({.id = "date",
                             .title = "Klaim JHT",
                             .step = 2,
                             .steps = 10,
                             .heading = "Kapan Bapak/Ibu lahir?",
                             .primary = "Selanjutnya"});
  ui.date("birth", "Tanggal lahir", {"17", "08", "19"}, "Tanggal ini tidak sama dengan NIK. Mohon periksa lagi.");
}

void letters(Ui& ui) {
  const auto page = ui.page({.id = "letters",
                             .title = "Cari nomor KPJ",
                             .step = 3,
                             .steps = 4,
                             .heading = "Siapa nama ibu kandung?",
                             .primary = "Selanjutnya"});
  ui.entry("mother", "Nama ibu kandung", "SITI AMINAH");
}

void reading(Ui& ui) {
  const auto page = ui.page(
      {.id = "reading", .title = "Lacak klaim", .heading = "Klaim Bapak/Ibu sedang diperiksa", .primary = "Cetak"});
  ui.notice("kept", "Tersimpan di kantor ini, menunggu jaringan. Bapak/Ibu tidak perlu mengulang.", Tone::Attention,
            Icon::WifiOff, "Data aman");
  {
    const auto card = ui.card();
    ui.check("active", "Status nonaktif", true);
    ui.check("update", "Pengkinian data", true, "12 Maret 2026");
    ui.check("ceiling", "Saldo di atas batas klaim mandiri", false, "Petugas akan membantu di loket");
  }
  {
    const auto card = ui.card();
    const std::array<FieldRow, 3> rows{
        {{"Nomor KPJ", "1234 5678 901"}, {"Saldo JHT", "Rp9.876.543"}, {"Nama ibu", "belum cocok", Tone::Attention}}};
    ui.fields("data", rows);
  }
  const std::array<TimelineRow, 4> steps{{{TimelineRow::State::Past, "Agenda", "18 November 2026"},
                                          {TimelineRow::State::Now, "Penetapan", "sedang diperiksa"},
                                          {TimelineRow::State::Future, "Persetujuan", ""},
                                          {TimelineRow::State::Future, "Pembayaran", ""}}};
  ui.timeline("stages", steps);
  ui.progress("upload", "Mengirim data", 0.6f);
  ui.button("details", "Lihat rincian", {.icon = Icon::Document});
  ui.button("cancel", "Batalkan klaim", {.kind = ButtonKind::Danger, .icon = Icon::Cross});
}

SharedImage camera() {
  static const SharedImage image = [] {
    auto im = std::make_shared<Image>();
    im->width = 640;
    im->height = 480;
    im->pixels.resize(im->stride() * 480);
    for (int y = 0; y < 480; ++y)
      for (int x = 0; x < 640; ++x) {
        auto* p = &im->pixels[static_cast<std::size_t>(y * 640 + x) * 3];
        p[0] = static_cast<std::uint8_t>(120 + x / 8);
        p[1] = static_cast<std::uint8_t>(110 + y / 6);
        p[2] = static_cast<std::uint8_t>(100 + (x + y) / 16);
      }
    return im;
  }();
  return image;
}

void picture_page(Ui& ui) {
  const auto page = ui.page({.id = "picture",
                             .title = "Klaim JHT",
                             .step = 6,
                             .steps = 10,
                             .heading = "Lihat ke kamera",
                             .primary = "Ambil foto",
                             .primary_icon = Icon::Camera});
  ui.picture("camera", "Gambar kamera", {camera(), true}, 170_mm, face_guide(Tone::Good, 0.6f));
  ui.notice("coach", "Bagus. Tahan sebentar.", Tone::Good);
}

void success(Ui& ui) {
  const auto page = ui.page({.id = "success",
                             .title = "Ambil nomor antrean",
                             .heading = "Nomor Bapak/Ibu sudah dicetak",
                             .lead = "Silakan duduk. Nomor akan dipanggil.",
                             .art = Art::Success,
                             .primary = "Selesai",
                             .primary_icon = Icon::Check,
                             .back = false,
                             .done = false});
  ui.big_number("number", "Nomor antrean", "A-017");
  ui.text("4 orang di depan, kira-kira 10\u201320 menit.", TextKind::Body);
}

void dialog(Ui& ui) {
  {
    const auto page = ui.page({.id = "dialog",
                               .title = "Klaim JHT",
                               .step = 5,
                               .steps = 10,
                               .heading = "Periksa data Bapak/Ibu",
                               .primary = "Sudah"});
    ui.text("Nama dan tanggal lahir sesuai KTP.");
  }
  const auto ask = ui.dialog("idle", "Masih di sana, Bapak/Ibu?", Icon::Clock);
  ui.text("Layar dihapus dalam 30 detik agar data tetap rahasia.");
  ui.button("stay", "Ya, lanjutkan", {.kind = ButtonKind::Primary, .wide = true});
}

void counter(Ui& ui) {
  const auto page = ui.page({.id = "counter",
                             .title = "Loket 3 \u00b7 Rina (ISO)",
                             .back = false,
                             .help = false,
                             .done = false,
                             .tools = false});
  const auto split = ui.split(0.22f);
  const std::array<TabSpec, 4> places{{{"queue", "Antrean", Icon::Users, "7"},
                                       {"case", "Kasus", Icon::Document},
                                       {"reset", "Reset biometrik", Icon::FaceFrame},
                                       {"work", "Daftar kerja", Icon::Bell, "2"}}};
  ui.side_list("nav", places, 0);
  const auto right = ui.column();
  {
    const auto buttons = ui.row();
    ui.button("next", "Panggil berikutnya", {.kind = ButtonKind::Primary, .icon = Icon::Bell, .shortcut = "F2"});
    ui.button("recall", "Panggil ulang", {.icon = Icon::Refresh, .shortcut = "F3"});
    ui.button("noshow", "Tidak hadir", {.kind = ButtonKind::Danger});
  }
  const std::array<Column, 4> columns{{{"Nomor", 1}, {"Layanan", 2.4f}, {"Menunggu", 1.2f, true}, {"Keadaan", 1.6f}}};
  std::vector<TableRow> rows;
  for (int k = 1; k <= 7; ++k)
    rows.push_back({"t" + std::to_string(k),
                    {"A-0" + std::to_string(10 + k), "Klaim JHT", std::to_string(3 * k) + " menit",
                     k == 1 ? "dipanggil" : "menunggu"},
                    k == 3 ? Tone::Attention : Tone::Neutral});
  ui.table("queue", columns, rows, 1);
  ui.entry("note", "Catatan", "Menunggu dokumen asli", {.hint = "Tanpa NIK"});
  ui.digits("pin", "PIN", "1234", {.max = 6, .hidden = true});
}

void board(Ui& ui) {
  const auto page =
      ui.page({.id = "board", .title = "Ruang tunggu", .back = false, .help = false, .done = false, .tools = false});
  const auto split = ui.split(0.55f);
  ui.big_number("now", "Silakan ke Loket 3", "A-017");
  const auto card = ui.card();
  const std::array<FieldRow, 3> rows{{{"A-016", "Loket 1"}, {"B-004", "Loket 2"}, {"A-015", "Loket 3"}}};
  ui.fields("last", rows);
}

}  // namespace

void draw(Ui& ui, Page page) {
  ui.begin();
  status(ui, page != Page::Reading);
  switch (page) {
    case Page::Home:
      home(ui);
      break;
    case Page::Choices:
      choices(ui);
      break;
    case Page::Nik:
      nik(ui);
      break;
    case Page::Date:
      date(ui);
      break;
    case Page::Letters:
      letters(ui);
      break;
    case Page::Reading:
      reading(ui);
      break;
    case Page::Picture:
      picture_page(ui);
      break;
    case Page::Success:
      success(ui);
      break;
    case Page::Dialog:
      dialog(ui);
      break;
    case Page::Counter:
      counter(ui);
      break;
    case Page::Board:
      board(ui);
      break;
  }
  ui.end();
}

void settle(Ui& ui, Page page) {
  for (int k = 0; k < 6; ++k) {
    draw(ui, page);
    if (!ui.wants_frame()) return;
  }
}

Image picture(const Ui& ui, int width, int height) {
  std::vector<std::uint32_t> pixels(static_cast<std::size_t>(width) * static_cast<std::size_t>(height));
  window::draw(ui.frame(), {pixels.data(), width, height, width});
  Image image;
  image.width = width;
  image.height = height;
  image.format = PixelFormat::Bgra;
  image.pixels.resize(image.stride() * static_cast<std::size_t>(height));
  for (std::size_t i = 0; i < pixels.size(); ++i) {
    image.pixels[4 * i] = static_cast<std::uint8_t>(pixels[i]);
    image.pixels[4 * i + 1] = static_cast<std::uint8_t>(pixels[i] >> 8);
    image.pixels[4 * i + 2] = static_cast<std::uint8_t>(pixels[i] >> 16);
    image.pixels[4 * i + 3] = 255;
  }
  return image;
}

}  // namespace kiosk::gallery
