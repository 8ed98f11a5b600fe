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

// Of words of the console's or the pages' own (guide, x10, pause), which are no steps of the drill: a refusal where
// something stands behind one.
std::optional<Answer> refused_behind_own_word(std::string_view line);
// What a line comes to that has let time go on to the drill's end; empty: it has not.
std::string told_of_end(std::string_view line, bool over);

// The next hint, whose price is noted.
Answer hint(Book& book, const Drill& drill);
Answer list_steps(std::span<const Step> steps);

}  // namespace firedrill::console
