#include "programs/kiosk-branch/branch_cli.h"

int main(int argc, char** argv) { return kiosk::programs::branch_main(argc, argv); }
