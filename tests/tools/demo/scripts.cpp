// The scripts of the demo, by the labels that people read. A change of words on a screen shows here.
#include "domain/people/identity.h"
#include "tests/tools/demo/demo.h"

namespace kiosk::tools {
namespace {

std::string digits_of_birth(const std::string& iso) { return iso.substr(8, 2) + iso.substr(5, 2) + iso.substr(0, 4); }

// Home to the page that asks for a photograph.
std::string to_camera(const DemoParticipant& p, bool shots) {
  const auto shot = [&](const char* name) { return shots ? std::string("shot ") + name + "\n" : std::string(); };
  return "wait Klaim JHT 20\n"
         "tap Klaim JHT\n"
         "wait Bolehkah kami memakai data Bapak/Ibu? 10\n"
         "tap Setuju\n"
         "wait Berapa NIK Bapak/Ibu? 10\n" +
         shot("10-nik-empty") + "type " + p.nik + "\ntap Lanjut\nwait Kapan Bapak/Ibu lahir? 10\n" +
         shot("11-birth-empty") + "type " + digits_of_birth(p.birth) +
         "\ntap Lanjut\nwait Siapa nama ibu kandung Bapak/Ibu? 10\n" + shot("12-mother-empty") + "type " + p.mother +
         "\ntap Lanjut\nwait Syarat klaim 20\n" + shot("13-three-checks") +
         "tap Lanjut\nwait Apa sebab klaim Bapak/Ibu? 10\n" + shot("14-cause") +
         "tap Usia pensiun 56 tahun\nwait Apakah data ini sudah benar? 20\n" + shot("15-data") +
         "tap Sudah benar\nwait Setuju, buka kamera 10\n" + shot("16-consent") + "tap Setuju, buka kamera\n";
}

// The first photograph would take itself in a moment; the participant is quicker. After one that differed the person
// decides.
const std::string first_photo = "wait Bagus. Tetap begitu, kamera memotret otomatis. 60\ntap Ambil foto\n";
const std::string next_photo = "wait Bagus. Silakan ambil foto. 60\ntap Ambil foto\n";

std::string log_in(const DemoOfficer& officer, const std::string& counter, const std::string& shot) {
  return "wait Nomor petugas 20\n"
         "tap Loket " +
         counter + "\ntap Nomor petugas\ntype " + officer.number + "\ntap PIN\ntype " + officer.pin + "\n" +
         (shot.empty() ? "" : "shot " + shot + "\n") + "tap Masuk\nwait Keluar 20\n";
}

}  // namespace

std::string DemoScripts::ticket() {
  return "wait Ambil nomor antrean 20\n"
         "shot 01-home\n"
         "set size 200\nshot 02-home-200\nset size 100\n"
         "set contrast on\nshot 03-home-contrast\nset contrast off\n"
         "tap Ambil nomor antrean\n"
         "wait Ingin dilayani untuk apa? 10\n"
         "shot 04-service\n"
         "tap Klaim Jaminan Hari Tua\n"
         "wait Lewati 10\n"
         "shot 05-identify-or-not\n"
         "tap Lewati\n"
         "wait Usia 60 tahun ke atas 10\n"
         "shot 06-priority\n"
         "tap Usia 60 tahun ke atas\n"
         "wait Nomor antrean Bapak/Ibu 10\n"
         "wait Silakan ambil kertas di bawah layar. 10\n"
         "shot 07-ticket\n"
         "advance 61\n"
         "wait Ya, saya masih di sini 10\n"
         "shot 08-idle\n"
         "advance 31\n"
         "wait Apa keperluan Bapak/Ibu hari ini? 10\n";
}

std::string DemoScripts::claim(const DemoParticipant& p, bool automatic) {
  return to_camera(p, true) +
         "wait Bagus. Tetap begitu, kamera memotret otomatis. 60\nshot 17-photo\ntap Ambil foto\n" +
         (automatic
              ? std::string()
              : std::string(
                    "wait Foto tersimpan, petugas akan membandingkan 30\nshot 18-officer-compares\ntap Lanjut\n")) +
         "wait Berapa NPWP Bapak/Ibu? 30\n"
         "shot 19-npwp\n"
         "tap Pakai NIK saya\n"
         "wait Ke bank mana uang dikirim? 10\n"
         "shot 20-bank\n"
         "tap BRI\n"
         "wait Berapa nomor rekeningnya? 10\n"
         "type 123456789012345\n"
         "shot 21-account\n"
         "tap Lanjut\n"
         "wait Berapa nomor HP Bapak/Ibu? 10\n"
         "type 081234567890\n"
         "shot 22-phone\n"
         "tap Lanjut\n"
         "wait Rincian saldo JHT 10\n"
         "shot 23-amounts\n"
         "tap Lanjut\n"
         "wait Mohon periksa sekali lagi 10\n"
         "shot 24-answers\n"
         "tap Konfirmasi\n"
         "wait Selamat, klaim JHT Bapak/Ibu tersimpan 30\n"
         "wait Silakan ambil kertas di bawah layar. 10\n"
         "shot 25-saved\n"
         "tap Selesai\n"
         "wait Apa keperluan Bapak/Ibu hari ini? 10\n";
}

std::string DemoScripts::three_failures(const DemoParticipant& p) {
  return to_camera(p, false) + first_photo +
         "wait Belum berhasil, tidak apa-apa. Mari kita coba sekali lagi. Kesempatan tersisa: 2. 30\n"
         "shot 30-second-try\n" +
         next_photo + "wait Belum berhasil, tidak apa-apa. Mari kita coba sekali lagi. Kesempatan tersisa: 1. 30\n" +
         next_photo +
         "wait Mohon maaf, Bapak/Ibu. Petugas kami akan membantu 30\n"
         "shot 31-blocked\n"
         "tap Selesai\n"
         "wait Apa keperluan Bapak/Ibu hari ini? 10\n";
}

std::string DemoScripts::photo_for_officer(const DemoParticipant& p, int which) {
  return to_camera(p, false) + first_photo + "wait Foto tersimpan, petugas akan membandingkan 30\n" +
         (which == 1 ? "shot 30-officer-compares\n" : "") +
         "tap Selesai\nwait Ya, hapus dan selesai 10\ntap Ya, hapus dan selesai\nwait Apa keperluan Bapak/Ibu hari "
         "ini? 10\n";
}

std::string DemoScripts::counter_questions(const DemoOfficer& officer, const std::string& number, int compares) {
  std::string s = log_in(officer, "1", "40-login") + "wait " + number +
                  " 10\nshot 41-queue\n"
                  "tap Sinkronisasi\nwait Sinkronisasi dengan pusat 10\nwait Belum tersambung 10\n"
                  "wait Mengapa belum terkirim 10\nshot 41-sync\ntap Kembali\nwait " +
                  number + " 10\ntap " + number + "\nwait Panggil " + number + " 10\ntap Panggil " + number +
                  "\nwait Mulai layani 10\nshot 42-called\ntap Mulai layani\nwait Buka kasus 10\ntap Buka kasus\nwait "
                  "Riwayat 10\nshot 43-case\n";
  for (int i = 0; i < compares; ++i)
    s += "wait Tidak cocok 10\ntap Tidak cocok\nwait Dicatat: wajah tidak cocok 10\nwait Riwayat 10\n";
  if (compares > 0) s += "shot 44-compared\n";
  return s + "wait Mulai wawancara 10\ntap Mulai wawancara\nwait Nilai jawaban 10\nshot 45-interview\ntree interview\n";
}

std::string DemoScripts::counter_reset(const DemoOfficer& officer,
                                       const std::vector<std::pair<std::string, std::string>>& answers) {
  std::string s =
      log_in(officer, "1", {}) +
      "wait Buka kasus 10\ntap Buka kasus\nwait Mulai wawancara 10\ntap Mulai wawancara\nwait Nilai jawaban 10\n";
  for (const auto& [label, text] : answers) s += "tap " + label + "\ntype " + text + "\n";
  return s +
         "tap Nilai jawaban\n"
         "wait Wawancara lulus 20\n"
         "shot 46-interview-passed\n"
         "tap Ambil foto baru\n"
         "wait Baik. Ambil foto sekarang. 60\n"
         "shot 47-new-photo\n"
         "tap Ambil foto\n"
         "wait Ajukan reset 20\n"
         "tap Wajah berubah karena usia atau sakit\n"
         "shot 48-ask-reset\n"
         "tap Ajukan reset\n"
         "wait Menunggu petugas kedua 20\n"
         "shot 49-second-officer\n"
         "tap Cetak slip\n"
         "wait Slip sudah dicetak 10\n"
         "tap Kembali ke antrean\n"
         "wait Selesai dilayani 10\n"
         "tap Selesai dilayani\n"
         "wait Catatan selesai 10\n"
         "tap Catatan selesai\n"
         "wait Loket siap 10\n"
         "tap Keluar\n"
         "wait Masuk 10\n";
}

std::string DemoScripts::counter_approve(const DemoOfficer& officer, const DemoParticipant& p) {
  return log_in(officer, "2", {}) + "tap Persetujuan\nwait " + domain::mask_name(p.name) +
         " 10\nshot 50-approvals\ntap " + domain::mask_name(p.name) +
         "\nwait Setujui reset biometrik? 10\n"
         "wait Foto rujukan baru 10\n"
         "shot 51-approve\n"
         "tap Setujui\n"
         "wait Sudah disetujui 20\n"
         "shot 52-approved\n"
         "tap Kembali ke antrean\n"
         "wait Keluar 10\n"
         "tap Keluar\n"
         "wait Masuk 10\n";
}

}  // namespace kiosk::tools
