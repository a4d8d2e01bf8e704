// Sends newline-framed records over TCP connections in 64 KiB writes; the load of the syslog TCP bench.
//   tcp-send HOST PORT FILE COUNT CONNECTIONS
// FILE as for udp-send, and as there each connection comes from its own 127.0.1.x: a receiver that knows its devices
// takes only so much from strangers. Loopback only. Prints one JSON line {sent, seconds, cpuSeconds} when everything is
// written.
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

#define CHUNK 65536
#define MAX_CONNECTIONS 64

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec / 1e9;
}

static void die(const char *what) {
  perror(what);
  exit(1);
}

static void write_all(int fd, const uint8_t *from, size_t length) {
  while (length > 0) {
    ssize_t got = write(fd, from, length);
    if (got < 0) {
      if (errno == EINTR) continue;
      die("write");
    }
    from += got;
    length -= (size_t)got;
  }
}

int main(int argc, char **argv) {
  if (argc != 6) {
    fprintf(stderr, "usage: tcp-send HOST PORT FILE COUNT CONNECTIONS\n");
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
  long count = atol(argv[4]);
  int connections = atoi(argv[5]);
  if (connections < 1 || connections > MAX_CONNECTIONS) return 2;
  int fds[MAX_CONNECTIONS];
  for (int i = 0; i < connections; i++) {
    fds[i] = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in from = {.sin_family = AF_INET, .sin_addr = {htonl(0x7f000100u + 1u + (uint32_t)i)}};
    if (bind(fds[i], (struct sockaddr *)&from, sizeof from)) die("bind");
    if (connect(fds[i], (struct sockaddr *)&to, sizeof to)) die("connect");
  }
  static uint8_t chunk[CHUNK + 65536];
  size_t filled = 0;
  long sent = 0, at = 0;
  int turn = 0;
  double start = now();
  while (sent < count) {
    uint32_t length = *(uint32_t *)(bytes + at);
    memcpy(chunk + filled, bytes + at + 4, length);
    filled += length;
    chunk[filled++] = '\n';
    at += 4 + length;
    if (at + 4 > size) at = 0;
    sent++;
    if (filled >= CHUNK || sent == count) {
      write_all(fds[turn], chunk, filled);
      filled = 0;
      turn = turn + 1 == connections ? 0 : turn + 1;
    }
  }
  for (int i = 0; i < connections; i++) shutdown(fds[i], SHUT_WR);
  double seconds = now() - start;
  // Wait for the far end to close: it has read everything by then.
  for (int i = 0; i < connections; i++) {
    uint8_t rest[64];
    struct timeval limit = {30, 0};
    setsockopt(fds[i], SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    while (read(fds[i], rest, sizeof rest) > 0) {
    }
  }
  struct rusage use;
  getrusage(RUSAGE_SELF, &use);
  double cpu = use.ru_utime.tv_sec + use.ru_stime.tv_sec + (use.ru_utime.tv_usec + use.ru_stime.tv_usec) / 1e6;
  printf("{\"sent\":%ld,\"seconds\":%.4f,\"cpuSeconds\":%.4f}\n", sent, seconds, cpu);
  return 0;
}
