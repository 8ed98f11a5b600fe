// An input file as it was read: for the record's hashes.
#pragma once

#include <string>

#include "base/diagnostic.h"

namespace firedrill {

struct InputFile {
  std::string name;    // relative to the folder of the file that was named first, '/' between parts
  std::string sha256;  // of its bytes
  SourcePtr source;
};

}  // namespace firedrill
