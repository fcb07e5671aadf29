#include "paddock/router/lease.h"

#include <sys/eventfd.h>

#include "tests/unit/router/fixture.h"

namespace paddock::router {
namespace {

std::shared_ptr<Upstream> upstream(UniqueFd pidfd = {}) {
  return std::make_shared<Upstream>(ModelId("a"), Generation{1}, "127.0.0.1", 1, "localhost", "",
                                    std::move(pidfd));
}

TEST(Upstream, IsAliveUntilItsDescriptorIsReadable) {
  const int fd = ::eventfd(0, EFD_CLOEXEC);  // readable once written, as a pidfd is once its process ended
  const auto up = upstream(UniqueFd(fd));
  EXPECT_TRUE(up->alive());
  ASSERT_EQ(::eventfd_write(fd, 1), 0);
  EXPECT_FALSE(up->alive());
}

TEST(Upstream, WithoutADescriptorDiesWhenItIsTold) {
  const auto up = upstream();
  EXPECT_TRUE(up->alive());
  up->mark_exited();
  EXPECT_FALSE(up->alive());
  EXPECT_FALSE(up->revoked());
  up->revoke();
  EXPECT_TRUE(up->revoked());
}

TEST(Upstream, TellsWhatItDiedOf) {
  const auto up = upstream();
  EXPECT_FALSE(up->failure());
  up->mark_exited({"out_of_vram", 1, std::nullopt, "CUDA error: out of memory"});
  ASSERT_TRUE(up->failure());
  EXPECT_EQ(up->failure()->kind, "out_of_vram");
  const auto stopped = upstream();
  stopped->mark_exited();
  EXPECT_TRUE(stopped->end_is_told());
  EXPECT_FALSE(stopped->failure());
}

using Leases = Routed;

TEST_F(Leases, ReportTheirEndOnceThroughMoves) {
  const auto one = acquire("a");
  ready("a", 1);
  const auto two = acquire("a");
  {
    Lease moved(std::move(one->lease));
    EXPECT_FALSE(one->lease);
    EXPECT_TRUE(moved);
    Lease& self = moved;
    moved = std::move(self);
    EXPECT_TRUE(moved);
    EXPECT_EQ(status("a").in_flight, 2);
    moved = std::move(two->lease);  // the first one ends here
    EXPECT_EQ(status("a").in_flight, 1);
    EXPECT_EQ(moved.ticket(), two->ticket);
  }
  EXPECT_EQ(status("a").in_flight, 0);
}

TEST_F(Leases, ThatAWaiterDoesNotKeepEndAtOnce) {
  class Careless final : public Waiter {
   public:
    void granted(Lease) noexcept override {}
    void rejected(RouteError) noexcept override {}
  };
  router->acquire(ModelId("a"), std::make_shared<Careless>());
  pump();
  ready("a", 1);
  EXPECT_EQ(status("a").in_flight, 0);
}

}  // namespace
}  // namespace paddock::router
