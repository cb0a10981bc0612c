/** That the walk by Tab notices what it is there for. */
import { expectReachableByTab } from './by-keyboard.ts'
import { expect, test } from './journey.ts'

const marked = '<style>:focus-visible { outline: 2px solid blue }</style>'

test('a page whose controls all take and show the focus is passed', async ({ page }) => {
  await page.setContent(
    `${marked}<a href="#">one</a> <button>two</button> <button disabled>never</button> <input type="radio" name="n"> <input type="radio" name="n">`,
  )
  await expectReachableByTab(page, 'a sound page')
})

test('a control that holds the focus is noticed by those behind it', async ({ page }) => {
  await page.setContent(
    `${marked}<button id="trap">one</button> <button>behind</button><script>trap.onkeydown = (event) => event.preventDefault()</script>`,
  )
  await expect(expectReachableByTab(page, 'a trap')).rejects.toThrow(/Tab does not lead to[\s\S]*behind/)
})

test('a control that does not show the focus is noticed', async ({ page }) => {
  await page.setContent('<style>button { outline: none }</style><button>plain</button>')
  await expect(expectReachableByTab(page, 'a plain page')).rejects.toThrow(/do not show[\s\S]*plain/)
})
