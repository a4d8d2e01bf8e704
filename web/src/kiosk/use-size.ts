import { type RefObject, useEffect, useState } from 'react'

/** Inner size of an element and the size of the page's letters, px; 0 before it is known. */
export function useSize(of: RefObject<HTMLElement | null>): {
  readonly width: number
  readonly height: number
  readonly rem: number
} {
  const [size, setSize] = useState({ width: 0, height: 0, rem: 16 })
  useEffect(() => {
    const element = of.current
    if (!element) return
    const measure = () => {
      const next = {
        width: Math.floor(element.clientWidth),
        height: Math.floor(element.clientHeight),
        rem: Number.parseFloat(getComputedStyle(document.documentElement).fontSize) || 16,
      }
      setSize((old) => (old.width === next.width && old.height === next.height && old.rem === next.rem ? old : next))
    }
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    measure()
    return () => observer.disconnect()
  }, [of])
  return size
}
