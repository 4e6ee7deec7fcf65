// kiosk-under-test: the shipped program's own command line, with a door for tests.
#include "programs/kiosk/kiosk_cli.h"
#include "tests/terminal/touch/door.h"

int main(int argc, char** argv) { return kiosk::programs::kiosk_main(argc, argv, kiosk::test::open_door); }
