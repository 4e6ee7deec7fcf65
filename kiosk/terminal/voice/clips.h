// Sentences that a person has recorded: heard instead of the speech program. A folder FOLDER/<language>/<text key>.wav,
// 22,050 Hz, mono, 16 bit; the key names a text without gaps to fill. Thread: any, once loaded. Owns: the list, not the
// sound.
#pragma once
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/i18n/i18n.h"
#include "drivers/api/speaker.h"

namespace kiosk::voice {

class Clips {
 public:
  struct Refused {
    std::string file, why;  // clip_key_unknown, clip_has_gaps, clip_format
  };
  // A folder that is not there has no clips.
  static Clips load(const std::string& folder, const i18n::Texts& texts);
  // Empty: none.
  const std::string& of(std::string_view sentence, const std::string& language) const;
  std::size_t size() const { return files_.size(); }
  const std::vector<Refused>& refused() const { return refused_; }

 private:
  std::map<std::string, std::string, std::less<>> files_;  // "<language> <sentence>" -> file
  std::vector<Refused> refused_;
};

// A page as it is said: recordings where they exist, else the speech program, in the order of the sentences.
drivers::Speech page_speech(const std::vector<std::string>& sentences, const std::string& language, int volume_percent,
                            const Clips& clips);

}  // namespace kiosk::voice
