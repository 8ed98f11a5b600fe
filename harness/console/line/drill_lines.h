// Commands of the drill itself: how their words are read, and what those say that only tell.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "base/time.h"
#include "console/answer.h"
#include "console/line/turn.h"

namespace firedrill::console {

// How long a `wait` or a `next` is to take, as its line says it; nothing: no time.
std::optional<Duration> waiting_time(std::string_view rest, bool for_news);

// The next hint, whose price is noted.
Answer hint(Book& book, const Drill& drill);
Answer list_steps(std::span<const Step> steps);

}  // namespace firedrill::console
