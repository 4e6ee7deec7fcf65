// What is said: text turned into sentences a speech program reads well in Indonesian (and English numbers left to it).
// Pure; the Speaker driver says it. Thread: any.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "base/units.h"

namespace kiosk::voice {

std::string number_in_words(std::int64_t n);         // 12 -> "dua belas"; up to trillions
std::string digits_in_words(std::string_view text);  // "3578" -> "tiga, lima, tujuh, delapan"
std::string rupiah_in_words(Rupiah amount);          // "seratus lima puluh ribu rupiah"

// "Nomor antrean A, dua belas. Silakan ke loket tiga."
std::string ticket_call(const std::string& number, const std::string& counter, const std::string& language);
// Text of a page as it should be spoken: numbers, Rp, long digit strings, dates, ticket numbers and abbreviations in
// words.
std::string speakable(const std::string& text, const std::string& language);
// The last step before espeak-ng: words its Indonesian voice gets wrong become [[phonemes]].
std::string for_espeak(const std::string& text, const std::string& language);

}  // namespace kiosk::voice
