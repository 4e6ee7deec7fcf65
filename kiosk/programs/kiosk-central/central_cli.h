// kiosk-central's command line: `run` serves, every other command works on the same home beside a running centre.
// Thread: one (run: signals are taken by the calling thread, work is done by the service's). Exit status as for all
// programs.
#pragma once

namespace kiosk::programs {

int central_main(int argc, char** argv);

}  // namespace kiosk::programs
