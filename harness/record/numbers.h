// A record's numbers as its file holds them.
#pragma once

#include "record/record.h"

namespace firedrill::record {

// Rounds every number to the 12 significant digits that record.json keeps, so that what is judged from a record in
// memory is what is judged from the file.
void round_numbers(Record& record);

}  // namespace firedrill::record
