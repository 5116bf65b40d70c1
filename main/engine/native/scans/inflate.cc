#include "inflate.h"

#include <libdeflate.h>

#include <algorithm>
#include <mutex>
#include <stdexcept>
#include <utility>
#include <vector>

namespace spectroscope {
namespace {

struct FreeDecompressor {
  void operator()(libdeflate_decompressor* decompressor) const { libdeflate_free_decompressor(decompressor); }
};

// The flag of a checksum over gzip's own header, which libdeflate does not verify.
constexpr uint8_t kHeaderChecksum = 2;

struct Kept {
  std::unique_ptr<uint8_t[]> data;
  std::size_t bytes;
};

// More than this is not kept for the next: few scans are so large.
constexpr std::size_t kMostKept = std::size_t{1} << 28;

std::mutex pool_mutex;
std::vector<Kept> pool;
int at_work = 0;

}  // namespace

bool inflate_whole(const uint8_t* file, std::size_t length, uint8_t* content, std::size_t bytes) {
  thread_local const std::unique_ptr<libdeflate_decompressor, FreeDecompressor> decompressor(libdeflate_alloc_decompressor());
  if (decompressor == nullptr || length < 18 || (file[3] & kHeaderChecksum) != 0) return false;
  std::size_t read = 0;
  std::size_t written = 0;
  const libdeflate_result result =
      libdeflate_gzip_decompress_ex(decompressor.get(), file, length, content, bytes, &read, &written);
  return result == LIBDEFLATE_SUCCESS && read == length && written == bytes;
}

Scratch::Scratch(std::size_t bytes) : bytes_(bytes) {
  {
    const std::lock_guard<std::mutex> lock(pool_mutex);
    // Not far larger than needed either, or small scans would hold what large ones left.
    const auto fitting = std::find_if(pool.begin(), pool.end(),
                                      [&](const Kept& kept) { return kept.bytes >= bytes && kept.bytes / 2 <= bytes; });
    if (fitting != pool.end()) {
      data_ = std::move(fitting->data);
      bytes_ = fitting->bytes;
      pool.erase(fitting);
      return;
    }
    // None fits: what is kept for scans of another size goes.
    pool.clear();
  }
  data_.reset(new uint8_t[bytes]);
}

Scratch::~Scratch() {
  const std::lock_guard<std::mutex> lock(pool_mutex);
  if (at_work > 0 && bytes_ <= kMostKept) pool.push_back({std::move(data_), bytes_});
}

void Scratch::begin() {
  const std::lock_guard<std::mutex> lock(pool_mutex);
  at_work++;
}

void Scratch::end() {
  const std::lock_guard<std::mutex> lock(pool_mutex);
  if (--at_work == 0) pool.clear();
}

}  // namespace spectroscope
