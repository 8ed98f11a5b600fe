// The status page that the posts of a run come to, in the shape of Statuspage's API.
#pragma once

#include "record/record.h"

namespace firedrill::incident {

record::StatusPage status_page_of(const record::Record& record);

}  // namespace firedrill::incident
