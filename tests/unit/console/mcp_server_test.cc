#include "console/mcp/server.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <thread>

#include "console/mcp/stdio.h"

namespace firedrill::console::mcp {
namespace {

constexpr std::array<std::string_view, 2> kWords{"fast", "slow"};
constexpr std::array<Argument, 2> kArguments{Argument{"text", ArgumentType::text, true, "what to say"},
                                             Argument{"how", ArgumentType::text, false, "how fast", kWords}};

class Echo final : public Toolbox {
 public:
  std::span<const Entry> entries() const override {
    static constexpr std::array<Entry, 1> kEntries{Entry{"echo", "Echo", "Says it again.", kArguments, true}};
    return kEntries;
  }
  ToolOutput call(std::size_t, const json::object& arguments, const Stopped& stopped) override {
    const std::string text(arguments.at("text").as_string());
    if (text == "forever") {
      started = true;
      while (!stopped()) std::this_thread::yield();
    }
    return {true, text == "long" ? std::string(100'000, 'x') : text, json::object{{"said", text}}};
  }
  std::string instructions() const override { return "Say something."; }

  std::atomic<bool> started = false;
};

class McpServerTest : public testing::Test {
 protected:
  std::string say(std::string_view line) { return server_.answer(line).value_or("nothing"); }
  void begin(const std::string& version) {
    say(R"({"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":")" + version + R"("}})");
  }

  Echo tools_;
  Server server_{tools_};
};

TEST_F(McpServerTest, AgreesOnTheRevisionAskedForOrOffersItsNewest) {
  for (const auto& [asked, agreed] : {std::pair("2024-11-05", "2024-11-05"), std::pair("2025-11-25", "2025-11-25"),
                                      std::pair("1999-01-01", "2025-11-25"), std::pair("2026-07-28", "2025-11-25")}) {
    const std::string answer =
        say(std::string(R"({"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":")") + asked +
            R"("}})");
    EXPECT_TRUE(answer.contains(std::string(R"("protocolVersion":")") + agreed)) << answer;
  }
}

TEST_F(McpServerTest, ListsToolsWithTheirSchemas) {
  begin("2025-06-18");
  EXPECT_EQ(
      say(R"({"jsonrpc":"2.0","id":"a","method":"tools/list"})"),
      R"({"jsonrpc":"2.0","id":"a","result":{"tools":[{"name":"echo","title":"Echo","description":"Says it again.","inputSchema":{"type":"object","properties":{"text":{"type":"string","description":"what to say"},"how":{"type":"string","description":"how fast","enum":["fast","slow"]}},"required":["text"],"additionalProperties":false},"annotations":{"title":"Echo","readOnlyHint":true,"openWorldHint":false}}]}})");
}

TEST_F(McpServerTest, CallsThem) {
  begin("2025-11-25");
  EXPECT_EQ(
      say(R"({"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"echo","arguments":{"text":"hi"}}})"),
      R"({"jsonrpc":"2.0","id":2,"result":{"content":[{"type":"text","text":"hi"}],"structuredContent":{"said":"hi"},"isError":false}})");
  begin("2024-11-05");
  EXPECT_FALSE(
      say(R"({"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"echo","arguments":{"text":"hi"}}})")
          .contains("structuredContent"));
}

TEST_F(McpServerTest, TellsWhoeverCalledWhatIsWrongWithArguments) {
  begin("2025-11-25");
  const std::pair<const char*, const char*> cases[] = {
      {"{}", "`text` is missing: what to say"},
      {R"({"text":1})", "`text` is of type string: what to say"},
      {R"({"text":"a","how":"so"})", "`how` is one of fast, slow"},
      {R"({"test":"a"})", "there is no argument `test`; there are text, how"}};
  for (const auto& [arguments, what] : cases) {
    const std::string answer =
        say(std::string(R"({"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"echo","arguments":)") +
            arguments + "}}");
    EXPECT_TRUE(answer.contains(what)) << answer;
    EXPECT_TRUE(answer.contains(R"("isError":true)")) << answer;
  }
}

TEST_F(McpServerTest, CutsWhatIsTooLong) {
  begin("2025-11-25");
  const std::string answer =
      say(R"({"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"echo","arguments":{"text":"long"}}})");
  EXPECT_LT(answer.size(), 60'000U);
  EXPECT_TRUE(answer.contains("[cut: 49152 of 100000 bytes; ask for less]"));
}

TEST_F(McpServerTest, AnswersWhatIsNoRequestWithItsError) {
  const std::pair<const char*, const char*> before[] = {
      {R"({"jsonrpc":"2.0","id":1,"method":"tools/list"})", R"("code":-32600)"},
      {R"({"jsonrpc":"2.0","id":1,"method":"ping"})", R"("result":{})"},
      {"nonsense", R"("code":-32700)"},
      {"[]", R"("code":-32600)"},
      {R"({"id":1,"method":"ping"})", R"("code":-32600)"},
      {R"({"jsonrpc":"2.0","id":{},"method":"ping"})", R"("code":-32600)"},
      {R"({"jsonrpc":"2.0","id":1,"method":"ping","params":[1]})", R"("code":-32602)"},
      {R"({"jsonrpc":"2.0","method":"notifications/initialized"})", "nothing"},
      {R"({"jsonrpc":"2.0","id":7,"result":{}})", "nothing"}};
  for (const auto& [line, answer] : before) EXPECT_TRUE(say(line).contains(answer)) << line << "\n" << say(line);
  begin("2025-11-25");
  EXPECT_TRUE(say(R"({"jsonrpc":"2.0","id":1,"method":"resources/list"})").contains(R"("code":-32601)"));
  EXPECT_TRUE(
      say(R"({"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"no"}})").contains("Unknown tool: no"));
}

TEST_F(McpServerTest, TakesListsOfMessagesInTheOneRevisionThatHasThem) {
  const std::string batch = R"([{"jsonrpc":"2.0","id":1,"method":"ping"},{"jsonrpc":"2.0","method":"x"}])";
  begin("2025-06-18");
  EXPECT_TRUE(say(batch).contains(R"("code":-32600)"));
  begin("2025-03-26");
  EXPECT_EQ(say(batch), R"([{"jsonrpc":"2.0","id":1,"result":{}}])");
}

TEST_F(McpServerTest, SpeaksTheRevisionInWhichEachRequestSaysIt) {
  const std::string meta =
      R"("_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}})";
  const std::string found = say(R"({"jsonrpc":"2.0","id":1,"method":"server/discover","params":{)" + meta + "}}");
  EXPECT_TRUE(found.contains(R"("supportedVersions":["2026-07-28",)")) << found;
  EXPECT_TRUE(found.contains(R"("resultType":"complete")")) << found;
  EXPECT_TRUE(say(R"({"jsonrpc":"2.0","id":1,"method":"tools/list","params":{)" + meta + "}}").contains(R"("ttlMs":)"));
  EXPECT_TRUE(say(R"({"jsonrpc":"2.0","id":1,"method":"ping","params":{)" + meta + "}}").contains(R"("code":-32601)"));
  const std::string later =
      R"("_meta":{"io.modelcontextprotocol/protocolVersion":"2027-01-01","io.modelcontextprotocol/clientCapabilities":{}})";
  EXPECT_TRUE(
      say(R"({"jsonrpc":"2.0","id":1,"method":"tools/list","params":{)" + later + "}}")
          .contains(
              R"("code":-32022,"message":"Unsupported protocol version","data":{"supported":["2026-07-28"],"requested":"2027-01-01"})"));
}

TEST(McpStdioTest, ForgetsACallThatIsTakenBack) {
  Echo tools;
  std::array<int, 2> to{}, from{};
  ASSERT_EQ(::pipe(to.data()), 0);
  ASSERT_EQ(::pipe(from.data()), 0);
  std::thread server([&] { serve(tools, to[0], from[1]); });
  const auto send = [&](std::string line) {
    line += '\n';
    ASSERT_EQ(::write(to[1], line.data(), line.size()), static_cast<ssize_t>(line.size()));
  };
  send(R"({"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25"}})");
  send(R"({"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo","arguments":{"text":"forever"}}})");
  send(R"({"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"echo","arguments":{"text":"waits"}}})");
  while (!tools.started) std::this_thread::yield();
  send(R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":2}})");
  send(R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}})");
  send(R"({"jsonrpc":"2.0","id":3,"method":"ping"})");
  ::close(to[1]);
  server.join();
  ::close(from[1]);
  std::string said(65536, '\0');
  const ssize_t got = ::read(from[0], said.data(), said.size());
  said.resize(static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
  EXPECT_FALSE(said.contains(R"("id":1,)")) << said;
  EXPECT_FALSE(said.contains(R"("id":2,)")) << said;
  EXPECT_TRUE(said.contains(R"("id":3,)")) << said;
}

}  // namespace
}  // namespace firedrill::console::mcp
