// gzip files of one member inflated at once by libdeflate.
#ifndef SPECTROSCOPE_INFLATE_H_
#define SPECTROSCOPE_INFLATE_H_

#include <cstddef>
#include <cstdint>
#include <memory>

namespace spectroscope {

// Inflates a file into exactly `bytes`. False: it is damaged, of another length, of several members, or has anything else
// that zlib has to judge; what is in `content` then means nothing.
bool inflate_whole(const uint8_t* file, std::size_t length, uint8_t* content, std::size_t bytes);

// Memory that is lent again and again while anything is looked at, since fresh pages are slow; given back by the last one.
class Scratch {
 public:
  explicit Scratch(std::size_t bytes);
  ~Scratch();
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  uint8_t* data() const { return data_.get(); }

  // Between these two, on the thread of JavaScript, memory is kept for the next.
  static void begin();
  static void end();

 private:
  std::unique_ptr<uint8_t[]> data_;
  std::size_t bytes_;
};

}  // namespace spectroscope

#endif  // SPECTROSCOPE_INFLATE_H_
