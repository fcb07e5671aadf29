#include "paddock/app/app.h"

int main(int argc, char** argv) { return paddock::app::run(argc, argv); }
