#include "programs/kiosk-central/central_cli.h"

int main(int argc, char** argv) { return kiosk::programs::central_main(argc, argv); }
