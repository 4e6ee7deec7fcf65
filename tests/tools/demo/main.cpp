// kiosk-demo: the main job through the real programs, without a display. Prints what it proved; exit 1 and the reason
// otherwise.
#include <CLI/CLI.hpp>
#include <cstdio>

#include "base/log.h"
#include "programs/shared/version.h"
#include "tests/tools/demo/demo.h"

int main(int argc, char** argv) {
  kiosk::tools::DemoOptions options;
  std::vector<std::string> faces;
  CLI::App app{"Plays the main job of the branch kiosk through the real programs and prints what it proved."};
  app.footer(
      "Examples:\n"
      "  kiosk-demo --out build/demo\n"
      "  kiosk-demo --out build/demo --models ~/.local/share/kiosk/models\n"
      "  kiosk-demo --out build/demo --faces PERSON_DIR OTHER_DIR --models DIR\n\n"
      "PERSON_DIR holds photographs of one person, OTHER_DIR of somebody else. Without --faces the portraits are "
      "drawn.\n"
      "Without model files an officer compares the photos by eye, and the demo says so.");
  app.add_option("--out", options.out, "Folder for pictures and state; its state is emptied first")->required();
  app.add_option("--faces", faces, "Two folders of photographs")->expected(2)->check(CLI::ExistingDirectory);
  app.add_option("--camera", options.camera, "A picture or video for the first participant's photo")
      ->check(CLI::ExistingPath);
  app.add_option("--models", options.models, "Folder of face models; default: where config/fetch-models puts them")
      ->check(CLI::ExistingDirectory);
  bool by_eye = false;
  app.add_flag("--without-models", by_eye, "An officer compares, even where models are installed");
  app.set_version_flag("--version", std::string("kiosk-demo ") + kiosk::programs::version());
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? 0 : 2;
  }
  if (by_eye)
    options.models.clear();
  else if (options.models.empty())
    options.models = kiosk::tools::installed_models();
  if (faces.size() == 2) {
    options.person_faces = faces[0];
    options.other_faces = faces[1];
  }
  kiosk::log::init("kiosk-demo", kiosk::log::Level::Warn);
  if (auto done = kiosk::tools::play_demo(options); !done) {
    const auto& f = done.fault();
    std::fprintf(stderr, "\nThe demo failed: %s\n  %s\n", f.code.c_str(), f.detail.c_str());
    return f.kind == kiosk::FaultKind::BadInput ? 2 : 1;
  }
  return 0;
}
