#include "app/ctl.h"

int main(int argc, char** argv) { return kiosk::app::ctl_main(argc, argv, KIOSK_VERSION); }
