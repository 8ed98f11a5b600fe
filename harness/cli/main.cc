#include "cli/cli.h"

int main(int argc, char** argv) {
  return firedrill::cli::main(argc, argv);
}
