#include "terminal/voice/voice.h"

#include <doctest/doctest.h>

using namespace kiosk;
using namespace kiosk::voice;

TEST_CASE("voice: numbers are said as Indonesians say them") {
  CHECK(number_in_words(0) == "nol");
  CHECK(number_in_words(11) == "sebelas");
  CHECK(number_in_words(12) == "dua belas");
  CHECK(number_in_words(100) == "seratus");
  CHECK(number_in_words(121) == "seratus dua puluh satu");
  CHECK(number_in_words(1000) == "seribu");
  CHECK(number_in_words(1'001'000) == "satu juta seribu");
  CHECK(number_in_words(2'034'567) == "dua juta tiga puluh empat ribu lima ratus enam puluh tujuh");
  CHECK(number_in_words(-5) == "minus lima");
}

TEST_CASE("voice: a ticket is called with its letter, its number and the counter") {
  CHECK(ticket_call("A-012", "3", "id") == "Nomor antrean A, dua belas, silakan ke loket tiga.");
  CHECK(ticket_call("A-012", "3", "en") == "Number A, 12, please go to counter 3.");
  CHECK(ticket_call("B-100", "Prioritas", "id") == "Nomor antrean B, seratus, silakan ke loket Prioritas.");
}

TEST_CASE("voice: money, dates, long numbers and abbreviations of a page are put in words") {
  CHECK(speakable("Tunggu 10\u201320 menit.", "id") == "Tunggu sepuluh sampai dua puluh menit.");
  CHECK(speakable("Saldo Rp1.250.000.", "id") == "Saldo satu juta dua ratus lima puluh ribu rupiah.");
  CHECK(speakable("KPJ 00012345678", "id") ==
        "ka pe je nol, nol, nol, satu, dua, tiga, empat, lima, enam, tujuh, delapan");
  CHECK(speakable("Nomor 3578 0000 1111 0001, benar?", "id") ==
        "Nomor tiga, lima, tujuh, delapan, nol, nol, nol, nol, satu, satu, satu, satu, nol, nol, nol, satu, benar?");
  CHECK(speakable("Lahir 02-03-1961", "id") == "Lahir dua Maret seribu sembilan ratus enam puluh satu");
  CHECK(speakable("Langkah 3 dari 8", "id") == "Langkah tiga dari delapan");
  CHECK(speakable("Nomor A-012 pukul 09.41", "id") == "Nomor a, dua belas pukul sembilan lewat empat puluh satu menit");
  CHECK(speakable("Selamat datang,\n\nBapak/Ibu", "id") == "Selamat datang, Bapak, Ibu");
  CHECK(speakable("Step 3 of 8", "en") == "Step 3 of 8");
  CHECK(speakable("Balance Rp5,021,000.", "en") == "Balance 5021000 rupiah.");
  CHECK(speakable("Rp0, Rp1,000", "en") == "0 rupiah, 1000 rupiah");
}

TEST_CASE("voice: the lexicon mends words and text from outside never becomes phonemes") {
  CHECK(for_espeak("Bapak senang.", "id") == "Bapak [[s@n'aN]].");
  CHECK(for_espeak("nama [[x", "id") == "nama [x");
  CHECK(for_espeak("senang", "en") == "senang");
}
