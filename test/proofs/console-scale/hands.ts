// Somebody at the table: scrolls and types. The browser itself tells how long it was busy at a stretch.
import type { Page } from 'playwright-core'

interface Measured {
  longTasks: { at: number; ms: number }[]
}

/** Before the first page: notes every task of 50 ms and more. */
export async function watchLongTasks(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const measured: Measured = { longTasks: [] }
    Object.assign(globalThis, { measured })
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) measured.longTasks.push({ at: entry.startTime, ms: entry.duration })
    }).observe({ entryTypes: ['longtask' as never] })
  })
}

/** Long tasks since the last time it was asked, ms each. */
export function takeLongTasks(page: Page): Promise<number[]> {
  return page.evaluate(() =>
    (globalThis as unknown as { measured: Measured }).measured.longTasks.splice(0).map((task) => task.ms),
  )
}

/** Wheel and keys over the list, for so long; it ends at the top, with nothing searched for. */
export async function scrollAndType(page: Page, seconds: number): Promise<void> {
  const end = performance.now() + seconds * 1000
  const grid = page.locator('[role=grid]')
  for (let round = 0; performance.now() < end; round++) {
    await grid.hover()
    for (let i = 0; i < 30 && performance.now() < end; i++) {
      await page.mouse.wheel(0, i < 20 ? 900 : -1400)
      await page.waitForTimeout(33)
    }
    await page.keyboard.press('/')
    for (const key of `unit ${100 + round}`) {
      await page.keyboard.press(key === ' ' ? 'Space' : key)
      await page.waitForTimeout(60)
    }
    await page.waitForTimeout(300)
    await page.keyboard.press('Control+a')
    await page.keyboard.press('Delete')
    await page.keyboard.press('Escape')
    await page.waitForTimeout(200)
  }
  await grid.evaluate((element) => element.scrollTo(0, 0))
  await page.keyboard.press('Escape')
}

/** Bytes of live objects after a collection. */
export async function heapOf(page: Page): Promise<number> {
  const cdp = await page.context().newCDPSession(page)
  try {
    await cdp.send('HeapProfiler.collectGarbage')
    return (await cdp.send('Runtime.getHeapUsage')).usedSize
  } finally {
    await cdp.detach()
  }
}
