#include "programs/kiosk/kiosk_cli.h"

int main(int argc, char** argv) { return kiosk::programs::kiosk_main(argc, argv); }
