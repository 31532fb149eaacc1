import { describe, expect, test } from 'vitest';
import { whyNotNarrative } from './narrative.ts';

describe('a narrative does nothing', () => {
  test.each([
    ['<div><script>x</script></div>', 'must not hold the element script'],
    ['<div>< SCRIPT src=x></div>', 'a < begins no element'],
    ['<div><SCRIPT>x</SCRIPT></div>', 'must not hold the element SCRIPT'],
    ['<div onclick="x()">a</div>', 'must not hold the attribute onclick of div'],
    ['<div><a href="javascript:x">a</a></div>', 'an address that runs or embeds something (href of a)'],
    ['<div><a href="java&#115;cript:x">a</a></div>', 'an address that runs or embeds something (href of a)'],
    [
      '<div><a href=" java\tscript&colon;x">a</a></div>',
      'an address that runs or embeds something (href of a)',
    ],
    ['<div><a href="data:text/html,x">a</a></div>', 'an address that runs or embeds something (href of a)'],
    [
      '<div><img src="data:text/html;base64,x"/></div>',
      'an address that runs or embeds something (src of img)',
    ],
    ['<div><p style="background: url(http://x)">a</p></div>', 'must not load or run anything'],
    ['<div><iframe/></div>', 'must not hold the element iframe'],
    ['<div><form></form></div>', 'must not hold the element form'],
    ['<div><svg onload="x"/></div>', 'must not hold the element svg'],
    ['<div><img src=x onerror = y></div>', 'an attribute of img is not written name="value"'],
    ['<div><base href="x"/></div>', 'must not hold the element base'],
  ])('%s', (div, why) => expect(whyNotNarrative(div)).toContain(why));
});

describe('a narrative is well formed', () => {
  test.each([
    ['<p>x</p>', 'starts with <div'],
    ['text', 'starts with <div'],
    ['<divine>x</divine>', 'starts with <div'],
    ['<div><p>x</div>', 'closed that is not the last one opened'],
    ['<div><b><i>x</b></i></div>', 'closed that is not the last one opened'],
    ['<div>x', 'an element is not closed'],
    ['<div>x</div><div>y</div>', 'one <div> and nothing beside it'],
    ['<div>x</div>y', 'one <div> and nothing beside it'],
    ['<div>a & b</div>', 'it is written &amp;'],
    ['<div>a < b</div>', 'a < begins no element'],
    ['<div>a<br>b</div>', 'br is written <br/>'],
    ['<div><!-- x</div>', 'a comment in the narrative has no end'],
    ['<div><![CDATA[x]]></div>', 'a < begins no element'],
    ['<div class="a" class="b">x</div>', 'an attribute twice'],
    ['<div xmlns="http://other">x</div>', 'in the namespace http://www.w3.org/1999/xhtml'],
    [`${'<div>'.repeat(300)}x${'</div>'.repeat(300)}`, 'nest at most 200 deep'],
  ])('%.40s', (div, why) => expect(whyNotNarrative(div)).toContain(why));
  test('and says something', () => {
    expect(whyNotNarrative('<div> <p/> </div>')).toContain('must hold some text or a picture');
    expect(whyNotNarrative('<div/>')).toContain('must hold some text or a picture');
    expect(whyNotNarrative('<div><img src="#pic" alt=""/></div>')).toBeUndefined();
  });
});

test('and may be rich otherwise', () => {
  expect(
    whyNotNarrative(
      `<div xmlns="http://www.w3.org/1999/xhtml" xml:lang='da'><!-- made --><h1>on = off</h1><table border="1"><tr><td colspan="2">1 &lt; 2&nbsp;&#160;&#xA0;</td></tr></table>
       <p style="color: red"><a href="https://x.dk/?a=1&amp;b=2#c">x</a> <a href="Patient/1">y</a> <a name="z">z</a><br/><img src="data:image/png;base64,AA==" alt="x"/></p></div>`,
    ),
  ).toBeUndefined();
});

test('megabytes of markup are judged at once', () => {
  const begun = performance.now();
  for (const part of ['<', '<b ', '&', ' ', '<b a="', '<!--', '</', 'a="b" ', '<b>']) {
    whyNotNarrative(`<div>${part.repeat(500_000)}`);
    whyNotNarrative(`<div ${part.repeat(500_000)}`);
  }
  expect(performance.now() - begun).toBeLessThan(3000);
});
