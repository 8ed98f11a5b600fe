// Where messages begin and end, and what is refused because two readers might read it in two ways.
#include <gtest/gtest.h>

#include <string>

#include "base/random.h"
#include "http/framing.h"

namespace firedrill::http {
namespace {

TEST(RequestHead, IsReadWithItsBody) {
  const std::string text = "POST /pay?x=1 HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello";
  const auto head = read_request_head(text);
  ASSERT_TRUE(head);
  EXPECT_EQ(head->method, "POST");
  EXPECT_EQ(head->target, "/pay?x=1");
  EXPECT_EQ(head->length, 5U);
  EXPECT_TRUE(head->persistent);
  EXPECT_EQ(text.substr(head->size), "hello");
}

TEST(RequestHead, WaitsForItsEnd) {
  const std::string whole = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
  for (std::size_t n = 0; n < whole.size(); ++n) {
    const auto head = read_request_head(std::string_view(whole).substr(0, n));
    ASSERT_FALSE(head);
    EXPECT_EQ(head.error(), HeadFault::incomplete) << n;
  }
  EXPECT_TRUE(read_request_head(whole));
}

TEST(RequestHead, HasBounds) {
  EXPECT_EQ(read_request_head("GET /" + std::string(100, 'a'), {.bytes = 64}).error(), HeadFault::too_large);
  std::string many = "GET / HTTP/1.1\r\n";
  for (int i = 0; i < 20; ++i) many += "A: b\r\n";
  EXPECT_EQ(read_request_head(many + "\r\n", {.lines = 10}).error(), HeadFault::too_large);
}

TEST(RequestHead, RefusesWhatCouldBeReadInTwoWays) {
  for (const char* text : {
           "GET /\r\n\r\n",
           "GET  / HTTP/1.1\r\n\r\n",
           "GET / HTTP/2\r\n\r\n",
           "G\x01T / HTTP/1.1\r\n\r\n",
           "GET / HTTP/1.1\r\nA : b\r\n\r\n",
           "GET / HTTP/1.1\r\nA: b\r\n c\r\n\r\n",
           "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n",
           "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n",
           "POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
           "POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
           "POST / HTTP/1.1\r\nContent-Length: 1x\r\n\r\n",
           "POST / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
           "POST / HTTP/1.1\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
       }) {
    const auto head = read_request_head(text);
    ASSERT_FALSE(head) << text;
    EXPECT_EQ(head.error(), HeadFault::malformed) << text;
  }
}

TEST(ResponseHead, SaysWhetherItsConnectionIsKept) {
  EXPECT_TRUE(read_response_head("HTTP/1.1 200 OK\r\n\r\n")->persistent);
  EXPECT_FALSE(read_response_head("HTTP/1.1 200 OK\r\nConnection: Close\r\n\r\n")->persistent);
  EXPECT_FALSE(read_response_head("HTTP/1.0 200 OK\r\n\r\n")->persistent);
  EXPECT_TRUE(read_response_head("HTTP/1.0 200 OK\r\nconnection: foo, keep-alive\r\n\r\n")->persistent);
  EXPECT_EQ(read_response_head("HTTP/1.1 503\r\n\r\n")->status, 503);
  EXPECT_FALSE(read_response_head("HTTP/1.1 20 OK\r\n\r\n"));
  EXPECT_FALSE(read_response_head("HTTP/1.1 2000 OK\r\n\r\n"));
  EXPECT_FALSE(read_response_head("ICY 200 OK\r\n\r\n"));
}

// However it is cut into pieces.
TEST(Body, EndsWhereItShould) {
  const std::string chunked = "4;x=y\r\nwiki\r\nA\r\n0123456789\r\n0\r\nTrailer: x\r\n\r\n";
  for (std::size_t piece = 1; piece <= chunked.size() + 4; ++piece) {
    MessageHead head;
    head.chunked = true;
    BodyScanner body = BodyScanner::of_request(head);
    const std::string stream = chunked + "GET ";
    std::size_t at = 0;
    while (at < stream.size() && !body.complete() && !body.malformed()) {
      at += body.take(std::string_view(stream).substr(at, piece));
    }
    EXPECT_TRUE(body.complete()) << piece;
    EXPECT_EQ(at, chunked.size()) << piece;
  }
}

TEST(Body, OfAResponseMayHaveNone) {
  const auto none = [](std::string_view head, std::string_view method) {
    return BodyScanner::of_response(*read_response_head(head), method).complete();
  };
  EXPECT_TRUE(none("HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n", "HEAD"));
  EXPECT_TRUE(none("HTTP/1.1 204 No\r\nContent-Length: 7\r\n\r\n", "GET"));
  EXPECT_FALSE(none("HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n", "GET"));
  EXPECT_TRUE(BodyScanner::of_response(*read_response_head("HTTP/1.1 200 OK\r\n\r\n"), "GET").to_the_end());
}

TEST(Body, RefusesChunksThatAreNone) {
  for (const char* text : {"\r\n", "g\r\n", "-1\r\n", "ffffffffffffffff\r\n", "1\r\nabc\r\n", "1\nab"}) {
    MessageHead head;
    head.chunked = true;
    BodyScanner body = BodyScanner::of_request(head);
    body.take(text);
    EXPECT_TRUE(body.malformed()) << text;
  }
}

// Whatever comes, it comes to an end within what it was given.
TEST(Framing, SurvivesAnything) {
  RandomStream chance(1, "framing");
  constexpr std::string_view kWords[] = {
      "GET ",     "/ ", "HTTP/1.1",      "\r\n", "\n", ":", "Content-Length: ", "9", "Transfer-Encoding: chunked",
      "\r\n\r\n", " ",  "HTTP/1.1 200 ", "a",    ";"};
  for (int i = 0; i < 20'000; ++i) {
    std::string text;
    for (auto n = chance.below(12); n > 0; --n) {
      if (chance.uniform() < 0.1) {
        text += static_cast<char>(chance.below(256));
      } else {
        text += kWords[chance.below(std::size(kWords))];
      }
    }
    for (const auto& head : {read_request_head(text), read_response_head(text)}) {
      if (!head) continue;
      ASSERT_LE(head->size, text.size());
      BodyScanner body = BodyScanner::of_response(*head, "GET");
      const std::string_view rest = std::string_view(text).substr(head->size);
      ASSERT_LE(body.take(rest), rest.size());
    }
  }
}

}  // namespace
}  // namespace firedrill::http
