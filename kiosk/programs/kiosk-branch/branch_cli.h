// The command line of kiosk-branch: the branch node. Serves terminals by HOME/branch.sock, keeps the branch's records,
// syncs with the centre. Thread: one; signals are taken by the calling thread alone. Exit status as in Result; SIGTERM
// and SIGINT end it cleanly.
#pragma once

namespace kiosk::programs {

int branch_main(int argc, char** argv);

}  // namespace kiosk::programs
