// Sends pre-encoded datagrams over UDP at a steady rate; the load of the trap and syslog benches.
//   udp-send HOST PORT FILE RATE COUNT SOCKETS
// FILE: records of u32 little-endian length + bytes, sent round robin. RATE 0: as fast as the kernel takes them.
// Each socket binds its own 127.0.0.x source when HOST is loopback, so that they look like different devices.
// Loopback only: any other HOST is refused. Prints one JSON line {sent, seconds, cpuSeconds}.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define BATCH 32
#define MAX_SOCKETS 64

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec / 1e9;
}

static void die(const char *what) {
  perror(what);
  exit(1);
}

int main(int argc, char **argv) {
  if (argc != 7) {
    fprintf(stderr, "usage: udp-send HOST PORT FILE RATE COUNT SOCKETS\n");
    return 2;
  }
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(argv[2]))};
  if (inet_pton(AF_INET, argv[1], &to.sin_addr) != 1 || (ntohl(to.sin_addr.s_addr) >> 24) != 127) {
    fprintf(stderr, "only loopback addresses are allowed\n");
    return 2;
  }
  FILE *file = fopen(argv[3], "rb");
  if (!file) die(argv[3]);
  fseek(file, 0, SEEK_END);
  long size = ftell(file);
  rewind(file);
  uint8_t *bytes = malloc((size_t)size);
  if (!bytes || fread(bytes, 1, (size_t)size, file) != (size_t)size) die("read");
  fclose(file);
  size_t records = 0;
  for (long at = 0; at + 4 <= size; records++) at += 4 + *(uint32_t *)(bytes + at);
  struct iovec *list = calloc(records, sizeof *list);
  size_t n = 0;
  for (long at = 0; at + 4 <= size; n++) {
    uint32_t length = *(uint32_t *)(bytes + at);
    list[n].iov_base = bytes + at + 4;
    list[n].iov_len = length;
    at += 4 + length;
  }
  double rate = atof(argv[4]);
  long count = atol(argv[5]);
  int sockets = atoi(argv[6]);
  if (records == 0 || sockets < 1 || sockets > MAX_SOCKETS) return 2;
  int fds[MAX_SOCKETS];
  for (int i = 0; i < sockets; i++) {
    fds[i] = socket(AF_INET, SOCK_DGRAM, 0);
    struct sockaddr_in from = {.sin_family = AF_INET, .sin_addr = {htonl(0x7f000100u + 1u + (uint32_t)i)}};
    if (bind(fds[i], (struct sockaddr *)&from, sizeof from)) die("bind");
    if (connect(fds[i], (struct sockaddr *)&to, sizeof to)) die("connect");
  }
  int burst = rate > 0 ? (int)(rate / 2000) : BATCH;
  if (burst < 1) burst = 1;
  if (burst > BATCH) burst = BATCH;
  struct mmsghdr batch[BATCH];
  memset(batch, 0, sizeof batch);
  double start = now();
  long sent = 0;
  size_t next = 0;
  int turn = 0;
  while (sent < count) {
    int want = count - sent < burst ? (int)(count - sent) : burst;
    for (int i = 0; i < want; i++) {
      batch[i].msg_hdr.msg_iov = &list[next];
      batch[i].msg_hdr.msg_iovlen = 1;
      next = next + 1 == records ? 0 : next + 1;
    }
    int done = 0;
    while (done < want) {
      int got = sendmmsg(fds[turn], batch + done, (unsigned)(want - done), 0);
      if (got < 0) {
        if (errno == EINTR || errno == EAGAIN || errno == ENOBUFS || errno == ECONNREFUSED) continue;
        die("sendmmsg");
      }
      done += got;
    }
    sent += want;
    turn = turn + 1 == sockets ? 0 : turn + 1;
    if (rate > 0) {
      double due = start + sent / rate;
      double ahead = due - now();
      if (ahead > 0.0002) {
        struct timespec t = {0, (long)(ahead * 1e9)};
        if (ahead < 1) nanosleep(&t, NULL);
      }
    }
  }
  double seconds = now() - start;
  struct rusage use;
  getrusage(RUSAGE_SELF, &use);
  double cpu = use.ru_utime.tv_sec + use.ru_stime.tv_sec + (use.ru_utime.tv_usec + use.ru_stime.tv_usec) / 1e6;
  printf("{\"sent\":%ld,\"seconds\":%.4f,\"cpuSeconds\":%.4f}\n", sent, seconds, cpu);
  return 0;
}
