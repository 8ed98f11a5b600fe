#include "base/version.h"

namespace firedrill {

const std::string_view kVersion = FIREDRILL_VERSION;

}  // namespace firedrill
