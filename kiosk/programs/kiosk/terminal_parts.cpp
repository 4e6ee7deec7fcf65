#include "programs/kiosk/terminal_parts.h"

#include "drivers/camera/open.h"
#include "drivers/printer/open.h"
#include "node/lan/branch_client.h"
#include "programs/shared/face_judge.h"
#include "programs/shared/sealed_export.h"
#include "programs/shared/settings.h"

namespace kiosk::programs {

namespace {
Result<std::shared_ptr<lan::BranchClient>> connect(const StageContext& context) {
  lan::BranchClient::Options options;
  if (!context.branch.empty()) {
    if (context.branch.find("://") == std::string::npos && context.branch.rfind("unix:", 0) != 0)
      return bad_input("branch_url", "branch", "expected https://HOST:PORT or unix:/path/branch.sock");
    options.base = context.branch;
    options.badge = context.badge;
  } else {
    options = lan::BranchClient::at_home(context.home);
  }
  return std::make_shared<lan::BranchClient>(std::move(options));
}
}  // namespace

Result<std::shared_ptr<verbs::Branch>> connect_branch(const StageContext& context) {
  TRY(auto client, connect(context));
  return std::shared_ptr<verbs::Branch>(std::move(client));
}

Result<std::unique_ptr<CopyKeeper>> open_copy_keeper(const StageContext& context) {
  TRY(const auto settings, load_settings(context.config, context.home));
  if (settings.terminal_copy.empty()) return std::unique_ptr<CopyKeeper>();
  TRY(auto client, connect(context));  // its own: a long answer keeps no screen waiting for a connection
  return std::make_unique<CopyKeeper>(std::move(client), verbs::Actor{context.terminal, ""}, settings.terminal_copy,
                                      CopyKeeper::Pace{});
}

Result<std::unique_ptr<runner::CameraFeed>> open_camera_feed(const StageContext& context) {
  TRY(const auto settings, load_settings(context.config, context.home));
  const auto& uri = context.camera.empty() ? settings.camera : context.camera;
  if (uri.empty()) return std::unique_ptr<runner::CameraFeed>();
  TRY(const auto how, load_vision_settings(settings.models_toml, settings.models_dir));
  TRY(auto vision, vision::Vision::open(how));
  TRY(auto camera, drivers::open_camera(uri));
  return std::make_unique<runner::CameraFeed>(std::move(camera), std::move(vision), context.wake);
}

Result<std::unique_ptr<drivers::Printer>> open_terminal_printer(const StageContext& context) {
  TRY(const auto settings, load_settings(context.config, context.home));
  const auto& uri = context.printer.empty() ? settings.printer : context.printer;
  if (uri.empty()) return std::unique_ptr<drivers::Printer>();
  drivers::PrinterOptions options;
  options.marks = printer_marks(context.home);
  return drivers::open_printer(uri, options);
}

Result<std::unique_ptr<runner::ExportFolder>> open_terminal_stick(const StageContext& context) {
  TRY(const auto settings, load_settings(context.config, context.home));
  return open_export_folder(settings.export_folder);
}

ui::StatusLine status_line(const i18n::Language& lang, WallTime now, std::chrono::minutes utc_offset, bool node_away,
                           bool centre_away) {
  using Link = ui::StatusLine::Link;
  ui::StatusLine line;
  line.clock = lang.long_date(Date::at(now, utc_offset)) + "  " + lang.time(now, utc_offset);
  line.link = node_away ? Link::NoBranch : centre_away ? Link::Offline : Link::Online;
  line.link_text = lang.text(node_away ? "status.no_branch" : centre_away ? "status.offline" : "status.online");
  return line;
}

}  // namespace kiosk::programs
