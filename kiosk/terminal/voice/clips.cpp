#include "terminal/voice/clips.h"

#include <dirent.h>

#include <algorithm>
#include <cstring>
#include <fstream>

#include "terminal/voice/voice.h"

namespace kiosk::voice {
namespace {

// A sentence as pages say it: with a full stop, whatever the text ends with.
std::string whole(std::string_view text) {
  std::string out(text);
  if (!out.empty() && std::string_view(".?!").find(out.back()) == std::string_view::npos) out += '.';
  return out;
}

// What the speech program plays without another program's help.
bool plays(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  char head[36] = {};
  if (!in.read(head, sizeof head)) return false;
  const auto number = [&](int at, int bytes) {
    unsigned v = 0;
    for (int i = bytes - 1; i >= 0; --i) v = v << 8 | static_cast<unsigned char>(head[at + i]);
    return v;
  };
  return std::memcmp(head, "RIFF", 4) == 0 && std::memcmp(head + 8, "WAVEfmt ", 8) == 0 && number(20, 2) == 1 &&
         number(22, 2) == 1 && number(24, 4) == 22'050 && number(34, 2) == 16;
}

std::vector<std::string> files_in(const std::string& folder, std::string_view end) {
  std::vector<std::string> out;
  if (DIR* dir = ::opendir(folder.c_str())) {
    while (const auto* entry = ::readdir(dir))
      if (std::string_view(entry->d_name).ends_with(end) && entry->d_name[0] != '.') out.emplace_back(entry->d_name);
    ::closedir(dir);
  }
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace

Clips Clips::load(const std::string& folder, const i18n::Texts& texts) {
  Clips clips;
  if (folder.empty()) return clips;
  for (const auto& code : texts.codes()) {
    const auto& language = texts.language(code);
    for (const auto& name : files_in(folder + "/" + code, ".wav")) {
      const std::string file = folder + "/" + code + "/" + name, key = name.substr(0, name.size() - 4);
      const std::string text = language.text(key);
      if (text == key)
        clips.refused_.push_back({file, "clip_key_unknown"});
      else if (text.find('{') != std::string::npos)
        clips.refused_.push_back({file, "clip_has_gaps"});
      else if (!plays(file))
        clips.refused_.push_back({file, "clip_format"});
      else
        clips.files_[code + " " + whole(text)] = file;
    }
  }
  return clips;
}

const std::string& Clips::of(std::string_view sentence, const std::string& language) const {
  static const std::string none;
  const auto it = files_.find(language + " " + std::string(sentence));
  return it == files_.end() ? none : it->second;
}

drivers::Speech page_speech(const std::vector<std::string>& sentences, const std::string& language, int volume_percent,
                            const Clips& clips) {
  drivers::Speech speech{{}, language, volume_percent};
  for (const auto& sentence : sentences) {
    const std::size_t begin = speech.text.size();
    speech.text += for_espeak(speakable(sentence, language), language);
    if (const auto& file = clips.of(sentence, language); !file.empty())
      speech.clips.push_back({begin, speech.text.size(), file});
    speech.text += ' ';
  }
  return speech;
}

}  // namespace kiosk::voice
