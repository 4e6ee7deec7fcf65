#include "app/central_cli.h"

int main(int argc, char** argv) { return kiosk::app::central_main(argc, argv); }
