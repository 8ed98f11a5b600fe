// What a command says that is stopped from outside of its work, to the letter.
#include "cli/net.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <new>
#include <thread>

#include "base/bounds/activity.h"
#include "cli/exit_code.h"

namespace firedrill::cli {
namespace {

constexpr std::uint64_t kMiB = 1 << 20;
constexpr std::uint64_t kTiB = std::uint64_t{1} << 40;
const std::string kLateHelp =
    "      = help: make the inputs smaller, or allow more with --timeout, as --timeout 2h; 0 is no bound\n";
const std::string kLargeHelp =
    "      = help: make the inputs smaller, or allow more with --max-memory, as --max-memory 8GiB; 0 is no bound\n";
const std::string kRefusedHelp =
    "      = help: make the inputs smaller, or raise the limit that it is run under (ulimit -v, a container's "
    "memory)\n";

Position place(std::string name, std::size_t line, std::size_t column) {
  return {make_source(std::move(name), ""), line, column};
}

[[noreturn]] void work_without_end() {
  while (true) ::pause();
}

void late() {
  const Net net(1ms, 0);
  work_without_end();
}

// All that it says: from the first to the last.
std::string exactly(const std::string& text) {
  std::string pattern = "^";
  for (const char c : text) {
    if (std::string_view(".()?|+*[]{}^$\\").contains(c)) pattern += '\\';
    pattern += c;
  }
  return pattern + "$";
}

class NetDeathTest : public testing::Test {
 protected:
  // Threads are started in what dies: it begins anew.
  void SetUp() override { GTEST_FLAG_SET(death_test_style, "threadsafe"); }
};

void late_at(const Position& where) {
  const Activity activity(where);
  late();
}

TEST_F(NetDeathTest, SaysWhatWasAtWork) {
  EXPECT_EXIT(late_at(place("rules.yaml", 4, 5)), testing::ExitedWithCode(kBadInput),
              exactly("firedrill: error: rules.yaml:4:5: the command takes longer than 1ms\n" + kLateHelp));
}

TEST_F(NetDeathTest, SaysWhichFileWasAtWork) {
  EXPECT_EXIT(late_at(place("rules.yaml", 0, 0)), testing::ExitedWithCode(kBadInput),
              exactly("firedrill: error: rules.yaml: the command takes longer than 1ms\n" + kLateHelp));
}

TEST_F(NetDeathTest, SaysNothingOfASourceThatThereIsNot) {
  EXPECT_EXIT(late_at(Position{.source = nullptr, .line = 3, .column = 1}), testing::ExitedWithCode(kBadInput),
              exactly("firedrill: error: ?:3:1: the command takes longer than 1ms\n" + kLateHelp));
}

TEST_F(NetDeathTest, LetsNoNameReachTheTerminalButAsPlainCharacters) {
  EXPECT_EXIT(late_at(place("a\x1b[1m b~\x7f\n\xC3\xA9.yaml", 1, 1)), testing::ExitedWithCode(kBadInput),
              exactly("firedrill: error: a?[1m b~????.yaml:1:1: the command takes longer than 1ms\n" + kLateHelp));
}

TEST_F(NetDeathTest, CutsALongName) {
  EXPECT_EXIT(
      late_at(place(std::string(400, 'a'), 1, 2)), testing::ExitedWithCode(kBadInput),
      exactly("firedrill: error: " + std::string(300, 'a') + ":1:2: the command takes longer than 1ms\n" + kLateHelp));
}

TEST_F(NetDeathTest, SaysWhatItDidWhereThereIsNoPlace) {
  const auto reading = [] {
    const Activity activity("reading the record");
    late();
  };
  EXPECT_EXIT(reading(), testing::ExitedWithCode(kBadInput),
              exactly("firedrill: error: the command takes longer than 1ms, while reading the record\n" + kLateHelp));
}

TEST_F(NetDeathTest, SaysNothingOfWorkThatHasNoName) {
  EXPECT_EXIT(late(), testing::ExitedWithCode(kBadInput),
              exactly("firedrill: error: the command takes longer than 1ms\n" + kLateHelp));
}

// Begins work on another thread, and returns once it is at it.
void work_elsewhere(const Position& where) {
  static std::atomic<bool> begun;
  begun = false;
  std::thread([&where] {
    const Activity activity(where);
    begun = true;
    begun.notify_one();
    work_without_end();
  }).detach();
  begun.wait(false);
}

TEST_F(NetDeathTest, NamesWhatElseIsAtWork) {
  static const Position second = place("second.yaml", 2, 3);
  static const Position third = place("third.yaml", 4, 5);
  const auto together = [] {
    const Activity activity("reading the record");
    work_elsewhere(second);
    work_elsewhere(third);
    late();
  };
  EXPECT_EXIT(together(), testing::ExitedWithCode(kBadInput),
              exactly("firedrill: error: second.yaml:2:3: the command takes longer than 1ms\n"
                      "      = also at work: third.yaml:4:5\n" +
                      kLateHelp));
}

TEST_F(NetDeathTest, StopsWhatHoldsTooMuchMemory) {
  const auto large = [] {
    const Net net(Duration(0), kMiB);
    work_without_end();
  };
  EXPECT_EXIT(large(), testing::ExitedWithCode(kBadInput),
              exactly("firedrill: error: the command holds more memory than 1 MiB\n" + kLargeHelp));
}

TEST_F(NetDeathTest, SaysFirstThatMemoryIsShort) {
  const auto both = [] {
    const Net net(1ms, kMiB);
    work_without_end();
  };
  EXPECT_EXIT(both(), testing::ExitedWithCode(kBadInput),
              exactly("firedrill: error: the command holds more memory than 1 MiB\n" + kLargeHelp));
}

TEST_F(NetDeathTest, LetsWorkThatKeepsWithinItsBounds) {
  const auto within = [] {
    const Net bounded(1h, kTiB);
    const Net unbounded(Duration(0), 0);
    std::atomic<int> looks = 0;
    {
      const Periodic watch(20ms, [&] {
        looks += 1;
        looks.notify_one();
      });
      while (looks < 5) looks.wait(looks);
    }
    ::_exit(7);
  };
  EXPECT_EXIT(within(), testing::ExitedWithCode(7), exactly(""));
}

TEST_F(NetDeathTest, SaysThatTheSystemGivesNoMemory) {
  const auto refused = [] {
    install_memory_handler();
    const Activity activity("reading the record");
    std::get_new_handler()();  // what `new` calls; sanitizers' own `new` gives up before that
  };
  EXPECT_EXIT(refused(), testing::ExitedWithCode(kBadInput),
              exactly("firedrill: error: the system gives no more memory, while reading the record\n" + kRefusedHelp));
}

}  // namespace
}  // namespace firedrill::cli
