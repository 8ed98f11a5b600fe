// Alertmanager's own address, as --web.external-url takes it (held against 0.25 and 0.33, which agree).
#include <gtest/gtest.h>

#include "notify/config/form/scalars.h"

namespace firedrill::notify {
namespace {

TEST(ExternalUrl, IsAnAddressOfTheWebAndNeedsNoHost) {
  for (const char* taken : {"http://a.example", "https://a.example/p/", "http://", "http:///x", "http://a:99999",
                            "http://[::1]:9093/", "http://a/?q=1#f", "HTTP://a", "http:a", "http://u:p@a/",
                            "http://a/\"", "http://a//", "http://a/ ", "http://a:"}) {
    EXPECT_EQ(fault_of_external_url(taken), "") << taken;
  }
  for (const char* refused : {"ftp://a", "a.example", "a.example:9093", "/path", "http://a:port", "http://a b/",
                              "http://a/%zz", "http://[::1", "\"http://a\"", "'http://a'", "//a/b", ":9093",
                              "localhost:9093", "http://%41/", " http://a", "mailto:x"}) {
    EXPECT_NE(fault_of_external_url(refused), "") << refused;
  }
}

TEST(ExternalUrl, IsWrittenAsGoWritesIt) {
  EXPECT_EQ(as_external_url("http://localhost:9093"), "http://localhost:9093");
  EXPECT_EQ(as_external_url("HTTPS://a.example/p//"), "https://a.example/p");
  EXPECT_EQ(as_external_url("http://a/?q=1#f"), "http://a?q=1#f");
  EXPECT_EQ(as_external_url("http://a/x y/"), "http://a/x%20y");
  EXPECT_EQ(as_external_url("http://a/%20x"), "http://a/%20x");
  EXPECT_EQ(as_external_url("http://"), "http:");
  EXPECT_EQ(as_external_url("http:///x"), "http:///x");
  EXPECT_EQ(as_external_url("http://a/\xC3\xA4"), "http://a/%C3%A4");
}

}  // namespace
}  // namespace firedrill::notify
