#include "programs/kioskctl/ctl.h"

int main(int argc, char** argv) { return kiosk::programs::ctl_main(argc, argv); }
