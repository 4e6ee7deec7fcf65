// What every terminal role is wired from: the branch from afar, camera with vision, printer, its line of status.
#pragma once
#include <memory>
#include <string>

#include "api/verbs/branch.h"
#include "drivers/api/printer.h"
#include "programs/kiosk/copy_keeper.h"
#include "programs/kiosk/stage.h"
#include "terminal/runner/camera_feed.h"
#include "terminal/runner/export_folder.h"

namespace kiosk::programs {

// The node by HOME/branch.sock (or the URL). Never a fault because the node is away.
Result<std::shared_ptr<verbs::Branch>> connect_branch(const StageContext& context);
// Null when the settings name no folder (terminal.second_copy).
Result<std::unique_ptr<CopyKeeper>> open_copy_keeper(const StageContext& context);
// Null when no camera is named. Faults: a camera that cannot be understood, a damaged model file.
Result<std::unique_ptr<runner::CameraFeed>> open_camera_feed(const StageContext& context);
Result<std::unique_ptr<drivers::Printer>> open_terminal_printer(const StageContext& context);
Result<std::unique_ptr<runner::ExportFolder>> open_terminal_stick(const StageContext& context);

// Clock and link of the header.
ui::StatusLine status_line(const i18n::Language& lang, WallTime now, std::chrono::minutes utc_offset, bool node_away,
                           bool centre_away);

}  // namespace kiosk::programs
