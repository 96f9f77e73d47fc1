function a(n,t={},...e){let r=document.createElement(n);for(let[i,s]of Object.entries(t)){if(s===void 0||s===!1)continue;let o=s===!0&&!i.startsWith("aria-");r.setAttribute(i,o?"":String(s))}return r.append(...e),r}function f(n,t,e={}){let r=a("button",{type:"button",class:"button",...e},n);return r.addEventListener("click",t),r}function b(n,t){n.textContent!==t&&(n.textContent=t)}var ut=new Intl.NumberFormat("en-US",{maximumFractionDigits:0});function $(n){return ut.format(n)}function z(n,t,e=`${t}s`){return`${$(n)} ${n===1?t:e}`}function H(){if(typeof crypto.randomUUID=="function")return crypto.randomUUID();let n=crypto.getRandomValues(new Uint8Array(16));n[6]=(n[6]??0)&15|64,n[8]=(n[8]??0)&63|128;let t=Array.from(n,e=>e.toString(16).padStart(2,"0")).join("");return[8,12,16,20,32].map((e,r,i)=>t.slice(i[r-1]??0,e)).join("-")}var X=`.key.on-accent {
  border-color: currentColor;
  background: transparent;
  color: inherit;
  opacity: 0.85;
}
.side {
  display: grid;
  align-content: start;
  gap: 0.75rem;
  min-width: 0;
}
.count-row {
  display: flex;
  flex-wrap: wrap;
  align-items: baseline;
  justify-content: space-between;
  gap: 0.25rem 1rem;
}
.count {
  font-weight: 600;
  overflow-wrap: anywhere;
}
.recent {
  display: grid;
  grid-template-columns: repeat(auto-fill, minmax(64px, 1fr));
  gap: 0.5rem;
  margin: 0;
  padding: 0;
  list-style: none;
}
.recent li {
  position: relative;
  min-width: 0;
}
.caption {
  display: block;
  overflow: hidden;
  color: var(--muted);
  font-size: 0.75rem;
  text-align: center;
  text-overflow: ellipsis;
  white-space: nowrap;
}
.button.remove {
  position: absolute;
  top: 2px;
  right: 2px;
  min-height: 0;
  width: 1.6rem;
  height: 1.6rem;
  padding: 0;
  border: 1px solid rgba(255, 255, 255, 0.45);
  border-radius: 50%;
  background: rgba(0, 0, 0, 0.7);
  color: #ffffff;
  line-height: 1;
}
.button.remove:hover:not(:disabled) {
  background: #bd4043;
  color: #ffffff;
}
@media (hover: none) {
  .button.remove {
    width: 2rem;
    height: 2rem;
  }
}
`;var Y=`.studio {
  --ink: var(--st-text-color, #31333f);
  --paper: var(--st-background-color, #ffffff);
  --soft: var(--st-secondary-background-color, #f0f2f6);
  --line: var(--st-border-color, rgba(49, 51, 63, 0.2));
  --accent: var(--st-primary-color, #ff4b4b);
  --muted: color-mix(in srgb, var(--ink) 68%, var(--paper));
  --good: var(--st-green-text-color, #158237);
  --warn: var(--st-orange-text-color, #b35300);
  --bad: var(--st-red-text-color, #bd4043);
  --bad-soft: var(--st-red-background-color, rgba(255, 43, 43, 0.09));
  --radius: var(--st-base-radius, 0.5rem);
  box-sizing: border-box;
  width: 100%;
  min-width: 0;
  color: var(--ink);
  font-family: var(--st-font, "Source Sans", sans-serif);
  font-size: 0.95rem;
  line-height: 1.45;
  color-scheme: light;
  container-type: inline-size;
  -webkit-tap-highlight-color: transparent;
}
.studio[data-theme="dark"] {
  color-scheme: dark;
}
.studio *,
.studio *::before,
.studio *::after {
  box-sizing: border-box;
}
.studio p {
  margin: 0;
}
.studio :focus {
  outline: none;
}
.studio :focus-visible {
  outline: 2px solid var(--accent);
  outline-offset: 2px;
}
.studio [hidden] {
  display: none !important;
}
.button {
  display: inline-flex;
  align-items: center;
  justify-content: center;
  gap: 0.4rem;
  min-height: 2.5rem;
  padding: 0.25rem 0.75rem;
  border: 1px solid var(--line);
  border-radius: var(--st-button-radius, var(--radius));
  background: var(--paper);
  color: var(--ink);
  font: inherit;
  cursor: pointer;
  touch-action: manipulation;
  transition:
    border-color 0.12s,
    background-color 0.12s,
    color 0.12s;
}
@media (hover: hover) {
  .button:hover:not(:disabled) {
    border-color: var(--accent);
    color: color-mix(in srgb, var(--accent) 80%, var(--ink));
  }
}
.button:active:not(:disabled) {
  background: var(--soft);
}
.button:disabled {
  opacity: 0.45;
  cursor: default;
}
.button.primary {
  border-color: var(--accent);
  background: var(--accent);
  color: var(--on-accent, #ffffff);
  font-weight: 600;
}
.button.primary:hover:not(:disabled) {
  background: color-mix(in srgb, var(--accent) 86%, black);
  color: var(--on-accent, #ffffff);
}
.button.quiet {
  border-color: transparent;
  background: transparent;
}
.button.quiet:hover:not(:disabled) {
  background: var(--soft);
}
.key {
  display: inline-block;
  min-width: 1.45em;
  padding: 0 0.3em;
  border: 1px solid var(--line);
  border-bottom-width: 2px;
  border-radius: 0.3rem;
  background: var(--paper);
  color: var(--muted);
  font-family: var(--st-code-font, monospace);
  font-size: 0.75em;
  line-height: 1.5;
  text-align: center;
}
.muted {
  color: var(--muted);
}
.small {
  font-size: 0.85rem;
}
.numbers {
  font-variant-numeric: tabular-nums;
}
.bar {
  position: relative;
  height: 0.5rem;
  overflow: hidden;
  border-radius: 1rem;
  background: color-mix(in srgb, var(--ink) 12%, transparent);
}
.bar > div {
  width: 100%;
  height: 100%;
  border-radius: inherit;
  background: var(--accent);
  transform: scaleX(0);
  transform-origin: left;
  transition: transform 0.25s ease-out;
}
.notice {
  padding: 0.75rem 1rem;
  border-left: 3px solid var(--bad);
  border-radius: var(--radius);
  background: var(--bad-soft);
  overflow-wrap: anywhere;
}
.notice-what {
  font-weight: 600;
}
.notice-fix {
  margin-top: 0.25rem !important;
}
.notice-actions {
  display: flex;
  flex-wrap: wrap;
  gap: 0.5rem;
  margin-top: 0.6rem;
}
.empty {
  display: flex;
  flex-direction: column;
  align-items: center;
  justify-content: center;
  gap: 0.25rem;
  min-height: 8rem;
  padding: 1.5rem 1rem;
  border: 1px dashed var(--line);
  border-radius: var(--radius);
  color: var(--muted);
  text-align: center;
}
.empty strong {
  color: var(--ink);
  font-weight: 600;
}
.status {
  display: inline-flex;
  align-items: center;
  gap: 0.4rem;
  color: var(--muted);
  font-size: 0.85rem;
}
.status::before {
  content: "";
  flex: none;
  width: 0.5rem;
  height: 0.5rem;
  border-radius: 50%;
  background: currentColor;
}
.status[data-state="saved"] {
  color: var(--good);
}
.status[data-state="offline"],
.status[data-state="refused"] {
  color: var(--warn);
  font-weight: 600;
}
.visually-hidden {
  position: absolute;
  width: 1px;
  height: 1px;
  margin: -1px;
  overflow: hidden;
  clip-path: inset(50%);
  white-space: nowrap;
}
@media (prefers-reduced-motion: reduce) {
  .studio * {
    transition: none !important;
    animation: none !important;
  }
}
@media (hover: none) {
  .button .key {
    display: none;
  }
}
`;function G(n,t){let e=document.createElement("span");e.style.color=t,n.append(e);let r=getComputedStyle(e).color;e.remove();let i=r.match(/[\d.]+/g)?.map(Number)??[],s=r.startsWith("color(")?255:1;return[(i[0]??0)*s,(i[1]??0)*s,(i[2]??0)*s]}function J([n,t,e]){let r=i=>{let s=i/255;return s<=.04045?s/12.92:((s+.055)/1.055)**2.4};return .2126*r(n)+.7152*r(t)+.0722*r(e)}function N(n){let t=J(G(n,"var(--st-background-color, #ffffff)"))<.4;n.dataset.theme=t?"dark":"light";let e=J(G(n,"var(--st-primary-color, #ff4b4b)"));n.style.setProperty("--on-accent",1.05/(e+.05)>=3?"#ffffff":"#111111")}var mt=50;function K(n,t){let e=new WeakMap;return r=>{let i=r.parentElement,s=e.get(i);if(s)N(s.host),s.instance.update(r);else{let l=document.createElement("style");l.textContent=Y+n;let d=document.createElement("div");d.className="studio",i.append(l,d),N(d),s={host:d,style:l,instance:t(d,r),turn:0},e.set(i,s)}let o=s,c=++o.turn;return()=>{setTimeout(()=>{o.turn!==c||o.host.isConnected||(o.instance.dispose(),o.host.remove(),o.style.remove(),e.delete(i))},mt)}}}var V=255,ft=16/256,D=class{constructor(t,e,r){this.onStart=e;this.onStroke=r;this.canvas=a("canvas",{class:"paper",tabindex:0,role:"img","aria-label":t}),this.canvas.addEventListener("pointerdown",i=>this.down(i)),this.canvas.addEventListener("pointermove",i=>this.move(i)),this.canvas.addEventListener("pointerup",i=>this.up(i)),this.canvas.addEventListener("pointercancel",i=>this.up(i)),this.canvas.addEventListener("touchstart",i=>i.preventDefault(),{passive:!1}),this.observer=new ResizeObserver(()=>this.paint()),this.observer.observe(this.canvas)}onStart;onStroke;canvas;strokes=[];current=null;pointer=null;startedAt=0;observer;get empty(){return this.strokes.length===0&&this.current===null}undo(){this.strokes.pop(),this.paint()}clear(){this.strokes=[],this.current=null,this.pointer=null,this.paint()}finish(){this.current&&(this.pointer=null,this.strokes.push(this.current),this.current=null,this.paint())}dispose(){this.observer.disconnect()}paint(){let t=this.canvas.getBoundingClientRect();if(t.width===0)return;let e=window.devicePixelRatio||1,r=Math.round(t.width*e);(this.canvas.width!==r||this.canvas.height!==r)&&(this.canvas.width=r,this.canvas.height=r);let i=this.canvas.getContext("2d");if(!i)return;i.clearRect(0,0,r,r),i.lineWidth=ft*r,i.lineCap="round",i.lineJoin="round",i.strokeStyle=getComputedStyle(this.canvas).color;let s=r/V;for(let o of this.current?[...this.strokes,this.current]:this.strokes)gt(i,o,s)}down(t){this.pointer!==null||t.pointerType==="mouse"&&t.button!==0||(t.preventDefault(),this.canvas.focus({preventScroll:!0}),this.canvas.setPointerCapture(t.pointerId),this.pointer=t.pointerId,this.strokes.length===0&&(this.startedAt=t.timeStamp),this.current=[[],[],[]],this.record(t),this.onStart(),this.paint())}move(t){if(t.pointerId!==this.pointer)return;let e=t.getCoalescedEvents?.()??[];for(let r of e.length>0?e:[t])this.record(r);this.paint()}up(t){t.pointerId!==this.pointer||!this.current||(this.finish(),this.onStroke())}record(t){if(!this.current)return;let e=this.canvas.getBoundingClientRect(),r=(d,g,p)=>{let y=Math.min(1,Math.max(0,(d-g)/p));return Math.round(y*V*10)/10},i=r(t.clientX,e.left,e.width),s=r(t.clientY,e.top,e.height),[o,c,l]=this.current;o.at(-1)===i&&c.at(-1)===s||(o.push(i),c.push(s),l.push(Math.max(0,Math.round(t.timeStamp-this.startedAt))))}};function gt(n,[t,e],r){let i=o=>(t[o]??0)*r,s=o=>(e[o]??0)*r;n.beginPath(),n.moveTo(i(0),s(0)),t.length===1&&n.lineTo(i(0),s(0));for(let o=1;o<t.length-1;o+=1){let c=(i(o)+i(o+1))/2,l=(s(o)+s(o+1))/2;n.quadraticCurveTo(i(o),s(o),c,l)}t.length>1&&n.lineTo(i(t.length-1),s(t.length-1)),n.stroke()}function Q(n,t,e){let r=a("canvas",{class:"picture",width:t,height:t,role:"img","aria-label":e}),i=new ImageData(t,t);return n.forEach((s,o)=>i.data.set([s,s,s,255],o*4)),r.getContext("2d")?.putImageData(i,0,0),r}var Z=`.sheet {
  position: relative;
  width: min(100%, var(--side, 320px));
  aspect-ratio: 1;
}
.paper {
  display: block;
  width: 100%;
  height: 100%;
  border: 1px solid var(--line);
  border-radius: var(--radius);
  background: var(--soft);
  color: var(--ink);
  cursor: crosshair;
  touch-action: none;
  user-select: none;
  -webkit-user-select: none;
}
.paper-hint {
  position: absolute;
  inset: 0;
  display: grid;
  place-items: center;
  padding: 1rem;
  color: var(--muted);
  font-size: 1.1rem;
  text-align: center;
  overflow-wrap: anywhere;
  pointer-events: none;
}
.picture {
  display: block;
  width: 100%;
  aspect-ratio: 1;
  border-radius: calc(var(--radius) * 0.75);
  background: #000000;
  image-rendering: pixelated;
}
`;var h=class extends Error{constructor(e,r,i,s){super(e);this.what=e;this.why=r;this.fix=i;this.status=s}what;why;fix;status;get passing(){return[0,408,425,429].includes(this.status)||this.status>=500}},rt=new URL("../",import.meta.url),bt=2e4,tt="_streamlit_xsrf";function T(n,t={}){let e=new URL(n,rt);for(let[r,i]of Object.entries(t))i!=null&&i!==""&&e.searchParams.set(r,String(i));return e.href}function yt(){for(let n of document.cookie.split("; "))if(n.startsWith(`${tt}=`))return n.slice(tt.length+1);return""}async function wt(){await fetch(new URL("../_stcore/health",rt),{cache:"no-store"})}function xt(n,t){try{let{error:e}=JSON.parse(t);if(e.what)return new h(e.what,e.why,e.fix,n)}catch{}return n>=500?new h(`The studio answered with status ${n}.`,"Something failed on the server.","Try again in a moment; the server's log says more.",n):new h(`The studio answered with status ${n}.`,"The server did not say why.","Reload the page and try again.",n)}function nt(){return new h("The studio does not answer.",navigator.onLine?"Its server is stopped, restarting, or out of reach.":"This device has no network connection.","Leave the page open: it tries again by itself.",0)}async function et(n,t,e){let r={};n!=="GET"&&(r["x-xsrftoken"]=yt()),e.json!==void 0&&(r["content-type"]="application/json");let i=new AbortController,s=setTimeout(()=>i.abort(),bt),o=()=>i.abort();e.signal?.addEventListener("abort",o),e.signal?.aborted&&i.abort();let c={method:n,headers:r,credentials:"same-origin",keepalive:e.keepalive??!1,signal:i.signal};e.json!==void 0?c.body=JSON.stringify(e.json):e.body&&(c.body=e.body);try{return await fetch(t,c)}catch(l){throw e.signal?.aborted?l:nt()}finally{clearTimeout(s),e.signal?.removeEventListener("abort",o)}}async function B(n,t,e={}){let r=await et(n,t,e);if(r.status===403&&n!=="GET"&&(await wt().catch(()=>{}),r=await et(n,t,e)),!r.ok)throw xt(r.status,await r.text().catch(()=>""));return r}async function M(n,t,e={}){return await(await B("POST",n,{...e,json:t})).json().catch(()=>Promise.reject(nt()))}function it(n){return n instanceof DOMException&&n.name==="AbortError"}function R(n){return n instanceof h?n:new h("The page could not finish this step.",n instanceof Error?n.message:String(n),"Reload the page; nothing that was saved is lost.",-1)}var kt=500,Et=8e3,Tt=[400,404,409,413,422],st=new Map,St=Math.random().toString(36).slice(2,10),C=class n{constructor(t,e){this.name=t;this.options=e;this.limit=e.batch,this.adopt(),addEventListener("online",()=>this.retry()),addEventListener("pagehide",()=>{this.persist(),this.flush(!0)}),this.items.length>0&&(this.state="saving",this.schedule(0))}name;options;state="idle";error=null;reply=null;items=[];refused=[];leaving=0;limit;failures=0;timer;keeping;listeners=new Set;static open(t,e){let r=st.get(t);if(r)return r;let i=new n(t,e);return st.set(t,i),i}get waiting(){return[...this.refused,...this.items]}listen(t){return this.listeners.add(t),()=>this.listeners.delete(t)}add(...t){t.length!==0&&(this.items.push(...t),(this.state==="idle"||this.state==="saved")&&(this.state="saving"),this.leaving===0&&this.timer===void 0?this.schedule(this.options.gatherMs):this.keepSoon(),this.changed())}drop(t){let e=this.items.findIndex(i=>i.op_id===t),r=this.refused.findIndex(i=>i.op_id===t);if(r!==-1)this.refused.splice(r,1);else if(e>=this.leaving)this.items.splice(e,1);else return!1;return this.persist(),this.settle(),!0}retry(){this.waiting.length===0||this.leaving>0||(this.items.unshift(...this.refused.splice(0)),this.failures=0,this.state="saving",this.schedule(0),this.changed())}discard(){let t=this.refused.length>0?this.refused.splice(0):this.items.splice(0);return this.error=null,this.persist(),this.settle(),t}keepSoon(){this.keeping??=setTimeout(()=>{this.keeping=void 0,this.persist()},this.options.gatherMs)}schedule(t){clearTimeout(this.timer),this.timer=setTimeout(()=>{this.timer=void 0,this.persist(),this.flush(!1)},t)}async flush(t){if(this.leaving>0||this.items.length===0)return;clearTimeout(this.timer),this.timer=void 0;let e=this.items.slice(0,this.limit);this.leaving=e.length,this.failures===0&&this.refused.length===0&&(this.state="saving");try{let r=await this.options.send(e,t),i=new Set(r.acknowledged);if(i.size===0)throw new h("The studio confirmed nothing of what was sent.","It replied, but named no entry as saved.","Leave the page open: it tries again by itself.",503);this.leaving=0,this.items=this.items.filter(s=>!i.has(s.op_id)),this.reply=r.reply??this.reply,this.failures=0,this.limit=this.options.batch,this.refused.length===0&&(this.error=null),this.items.length>0&&this.schedule(0),this.persist(),this.settle()}catch(r){this.leaving=0,this.failed(R(r),e.length)}}failed(t,e){this.error=t,t.passing?(this.failures+=1,this.state="offline",this.schedule(Math.min(Et,kt*2**(this.failures-1)))):Tt.includes(t.status)?e>1?(this.limit=Math.ceil(e/2),this.schedule(0)):(this.refused.push(...this.items.splice(0,1)),this.state="refused",this.items.length>0&&this.schedule(0)):this.state="refused",this.changed()}settle(){this.refused.length>0?this.state="refused":this.items.length===0?(clearTimeout(this.timer),this.timer=void 0,this.error=null,this.state="saved"):(this.state==="offline"||this.state==="refused")&&(this.state="saving"),this.changed()}changed(){for(let t of[...this.listeners])t()}get prefix(){return`studio.outbox:${this.name}:`}adopt(){try{let t=new Map;for(let e of Object.keys(localStorage))if(e.startsWith(this.prefix)){for(let r of JSON.parse(localStorage.getItem(e)??"[]"))t.set(r.op_id,r);localStorage.removeItem(e)}this.items=[...t.values()],this.persist()}catch{}}persist(){try{let t=this.prefix+St;this.waiting.length===0?localStorage.removeItem(t):localStorage.setItem(t,JSON.stringify(this.waiting))}catch{}}};function ot(n,t){return n==="saving"?"saving…":n==="saved"?"saved":n==="offline"?`offline, ${t} waiting`:n==="refused"?`not saved, ${t} waiting`:""}var At=[137,80,78,71,13,10,26,10],j=65535,Dt=Uint32Array.from({length:256},(n,t)=>{let e=t;for(let r=0;r<8;r+=1)e=e&1?3988292384^e>>>1:e>>>1;return e>>>0});function Mt(n){let t=4294967295;for(let e of n)t=(Dt[(t^e)&255]??0)^t>>>8;return(t^4294967295)>>>0}function Rt(n){let t=1,e=0;for(let r of n)t=(t+r)%65521,e=(e+t)%65521;return(e<<16|t)>>>0}function S(n){return[n>>>24,n>>>16&255,n>>>8&255,n&255]}function F(n,t){let e=[...new TextEncoder().encode(n),...t];return[...S(t.length),...e,...S(Mt(Uint8Array.from(e)))]}function L(n,t,e){let r=new Uint8Array((t+1)*e);for(let s=0;s<e;s+=1)r.set(n.subarray(s*t,(s+1)*t),s*(t+1)+1);let i=[120,1];for(let s=0;s<r.length;s+=j){let o=r.subarray(s,s+j),c=s+j>=r.length?1:0,l=o.length;i.push(c,l&255,l>>8,~l&255,~l>>8&255,...o)}return i.push(...S(Rt(r))),Uint8Array.from([...At,...F("IHDR",[...S(t),...S(e),8,0,0,0,0]),...F("IDAT",i),...F("IEND",[])])}function P(n){let t="";for(let e of n)t+=String.fromCharCode(e);return btoa(t)}function I(n,t){let e=new Uint8Array(t*t),r=n.flatMap(u=>u[0]),i=n.flatMap(u=>u[1]);if(r.length===0)return e;let s=Math.min(...r),o=Math.min(...i),c=Math.max(...r)-s,l=Math.max(...i)-o,d=Math.max(c,l),g=Math.max(4,Math.round(256/t)),p=t*g,y=d>0?224/d*(p/256):0,A=u=>p/2+(u-s-c/2)*y,v=u=>p/2+(u-o-l/2)*y,w=Math.max(16/256*p,g)/2,x=new Uint8Array(p*p);for(let[u,k]of n)for(let m=0;m<u.length;m+=1){let E=Math.max(0,m-1);Ct(x,p,w,A(u[E]??0),v(k[E]??0),A(u[m]??0),v(k[m]??0))}return Lt(x,p,g,e,t),e}function Ct(n,t,e,r,i,s,o){let c=s-r,l=o-i,d=c*c+l*l,g=Math.max(0,Math.floor(Math.min(r,s)-e)),p=Math.min(t-1,Math.ceil(Math.max(r,s)+e)),y=Math.max(0,Math.floor(Math.min(i,o)-e)),A=Math.min(t-1,Math.ceil(Math.max(i,o)+e));for(let v=y;v<=A;v+=1)for(let w=g;w<=p;w+=1){let x=w+.5-r,u=v+.5-i,k=d>0?Math.min(1,Math.max(0,(x*c+u*l)/d)):0,m=x-k*c,E=u-k*l;m*m+E*E<=e*e&&(n[v*t+w]=1)}}function Lt(n,t,e,r,i){for(let s=0;s<i;s+=1)for(let o=0;o<i;o+=1){let c=0;for(let l=s*e;l<(s+1)*e;l+=1)for(let d=o*e;d<(o+1)*e;d+=1)c+=n[l*t+d]??0;r[s*i+o]=Math.round(c/(e*e)*255)}}function at(n,t,e){let r=I(n,t);return{op:{op_id:H(),verb:"add",target:"",...e,image:P(L(r,t,t)),strokes:n.map(([s,o,c])=>[s.map(Math.round),o.map(Math.round),c])},pixels:r}}function lt(n,t){n.drop(t.op_id)||n.add({...t,op_id:H(),verb:"remove",target:t.op_id,image:"",strokes:[]})}function ct(n,t,e){let r=n.filter(i=>i.class_name===e).reduce((i,s)=>i+(s.verb==="add"?1:-1),0);return Math.max(0,(t[e]??0)+r)}function W(n){return C.open(`drawings:${n}`,{batch:1,gatherMs:0,send:async t=>{let e=null;for(let r of t)e=await Pt(r)??e;return{acknowledged:t.map(r=>r.op_id),reply:e}}})}async function Pt(n){if(n.verb==="remove")try{return(await(await B("DELETE",T(`drawings/${n.target}`))).json()).counts}catch(l){if(l instanceof h&&l.status===404)return null;throw l}let{op_id:t,collection:e,class_name:r,image:i,strokes:s,author:o}=n,c={op_id:t,collection:e,class_name:r,image:i,strokes:s,...o?{author:o}:{}};return(await M(T("drawings"),c)).counts}function It(n,...t){let e=a("div",{class:"notice",role:"alert"},a("p",{class:"notice-what"},n.what),a("p",{},n.why),a("p",{class:"notice-fix"},n.fix));return t.length>0&&e.append(a("div",{class:"notice-actions"},...t.map(r=>f(r.label,()=>r.run())))),e}function O(n,t,...e){if(!t){n.replaceChildren();return}let r=[t.what,t.why,...e.map(i=>i.label)].join(`
`);n.firstElementChild&&n.dataset.content===r||(n.dataset.content=r,n.replaceChildren(It(t,...e)))}var Ot=12,_=class{constructor(t,e,r){this.paper=t;this.cleared=r;this.args=e,this.addButton.append(a("kbd",{class:"key on-accent","aria-hidden":!0},"Enter")),this.actions=[this.addButton],this.panel.append(a("div",{class:"count-row"},this.countLine,this.status),this.recent,this.place),this.outbox=W(e.data.collection??""),this.stopListening=this.outbox.listen(()=>this.refresh())}paper;cleared;panel=a("section",{class:"side","aria-label":"Drawings"});actions;addButton=f("Add",()=>this.submit(),{class:"button primary",title:"Add this drawing (Enter)"});countLine=a("p",{class:"count","aria-live":"polite"});status=a("span",{class:"status",role:"status"});recent=a("ul",{class:"recent","aria-label":"Latest drawings"});place=a("div");outbox;stopListening;args;counts={};countsProp="";reply=null;announced=null;update(t){t.data.collection!==this.args.data.collection&&this.changeCollection(t),this.args=t;let e=JSON.stringify(t.data.counts??{});e!==this.countsProp&&(this.countsProp=e,this.counts=t.data.counts??{}),this.refresh()}changed(){this.refresh()}submit(){let{collection:t,class_name:e,size:r}=this.args.data;if(this.paper.empty||!t||!e)return;let{op:i,pixels:s}=at(this.paper.strokes,r,{collection:t,class_name:e});this.outbox.add(i),this.show(i,s),this.paper.clear(),this.cleared(),this.paper.canvas.focus({preventScroll:!0})}dispose(){this.stopListening()}changeCollection(t){this.stopListening(),this.outbox=W(t.data.collection??""),this.stopListening=this.outbox.listen(()=>this.refresh()),this.reply=this.outbox.reply,this.counts={},this.countsProp="",this.announced=null,this.recent.replaceChildren()}show(t,e){let r=`drawing of ${t.class_name}`,i=f("×",()=>this.remove(t,s),{class:"button remove","aria-label":`Remove this ${r}`,title:"Remove"}),s=a("li",{},Q(e,this.args.data.size,r),a("span",{class:"caption",title:t.class_name},t.class_name),i);for(this.recent.prepend(s);this.recent.children.length>Ot;)this.recent.lastElementChild?.remove()}remove(t,e){e.remove(),lt(this.outbox,t),this.paper.canvas.focus({preventScroll:!0})}refresh(){this.receive();let{class_name:t,collection:e}=this.args.data;this.addButton.disabled=this.paper.empty||!t||!e;let r=this.outbox.waiting,i=o=>ct(r,this.counts,o);b(this.countLine,t?`${t}: ${z(i(t),"drawing")}`:"Choose a class to draw for."),this.status.dataset.state=this.outbox.state,this.status.hidden=this.outbox.state==="idle",b(this.status,ot(this.outbox.state,r.length));let s=this.outbox.state==="refused";O(this.place,s?this.outbox.error:null,{label:"Try again",run:()=>this.outbox.retry()},{label:`Discard ${$(r.length)} unsaved`,run:()=>{this.outbox.discard()}})}receive(){if(!this.outbox.reply||this.outbox.reply===this.reply)return;this.reply=this.outbox.reply,this.counts=this.reply;let t=Object.values(this.counts).reduce((e,r)=>e+r,0);!this.args.data.notify||t===this.announced||(this.announced=t,this.args.setStateValue("added",t))}};var _t=120,Ut=2e3,$t=5,Ht=new Intl.NumberFormat("en-US",{style:"percent",maximumFractionDigits:1}),U=class{constructor(t,e){this.paper=t;this.args=e,this.panel.append(this.place,this.emptyState,this.bars,this.timing)}paper;panel=a("section",{class:"side","aria-label":"What the model says"});actions=[];emptyState=a("div",{class:"empty"},a("strong",{},"Draw something"),a("span",{},"The model answers after every stroke."));bars=a("ol",{class:"bars","aria-live":"polite"});timing=a("p",{class:"muted small numbers timing"});place=a("div");timer;inFlight=null;answer=null;error=null;args;update(t){let e=this.args.data;this.args=t,(e.endpoint!==t.data.endpoint||e.size!==t.data.size)&&this.changed(),this.refresh()}changed(){clearTimeout(this.timer),this.inFlight?.abort(),this.paper.empty?(this.answer=null,this.error=null,this.refresh()):this.timer=setTimeout(()=>{this.ask()},_t)}submit(){this.changed()}dispose(){clearTimeout(this.timer),this.inFlight?.abort()}async ask(){let{endpoint:t,size:e}=this.args.data;if(!t||this.paper.empty)return;let r=new AbortController;this.inFlight=r,this.panel.setAttribute("aria-busy","true");let i=P(L(I(this.paper.strokes,e),e,e));try{let s=T(`endpoints/${encodeURIComponent(t)}/predict`);this.answer=await M(s,{image:i},{signal:r.signal}),this.error=null,this.refresh()}catch(s){if(it(s))return;this.error=R(s),this.refresh(),this.error.passing&&(this.timer=setTimeout(()=>{this.ask()},Ut))}finally{this.inFlight===r&&this.panel.removeAttribute("aria-busy")}}refresh(){let{error:t}=this;O(this.place,t,{label:"Try again",run:()=>this.changed()}),this.emptyState.hidden=this.answer!==null||t!==null,this.bars.hidden=this.answer===null,this.panel.classList.toggle("stale",t!==null),b(this.timing,this.answer?`answered in ${this.answer.milliseconds.toFixed(1)} ms`:""),this.answer&&this.paintBars(this.answer.top.slice(0,$t))}paintBars(t){for(;this.bars.children.length<t.length;)this.bars.append(a("li",{},a("span",{class:"bar-name"}),a("span",{class:"bar-share numbers"}),a("div",{class:"bar","aria-hidden":!0},a("div"))));for(;this.bars.children.length>t.length;)this.bars.lastElementChild?.remove();t.forEach(({class_name:e,probability:r},i)=>{let s=this.bars.children[i],[o,c,l]=s?[...s.children]:[],d=l?.firstElementChild;o&&b(o,e),c&&b(c,Ht.format(r)),d instanceof HTMLElement&&(d.style.transform=`scaleX(${r})`)})}};var dt=`.pad {
  display: grid;
  gap: 1rem;
}
.pad-main {
  display: grid;
  gap: 0.6rem;
  justify-items: center;
}
.tools {
  display: flex;
  gap: 0.5rem;
  width: min(100%, var(--side, 320px));
}
.tools .button {
  flex: 1 1 auto;
}
.tools .primary {
  flex-grow: 2;
}
.bars {
  display: grid;
  gap: 0.75rem;
  margin: 0;
  padding: 0;
  list-style: none;
}
.bars li {
  display: grid;
  grid-template-columns: 1fr auto;
  gap: 0.15rem 0.75rem;
}
.bars li:first-child {
  font-size: 1.15rem;
  font-weight: 600;
}
.bars li:not(:first-child) .bar > div {
  background: color-mix(in srgb, var(--accent) 55%, var(--soft));
}
.bars .bar {
  grid-column: 1 / -1;
}
.bar-name {
  min-width: 0;
  overflow-wrap: anywhere;
}
.side.stale .bars {
  opacity: 0.5;
}
.timing {
  min-height: 1.4em;
}
@container (min-width: 600px) {
  .pad {
    grid-template-columns: minmax(0, var(--side, 320px)) minmax(0, 1fr);
    gap: 1.5rem;
  }
  .pad-main {
    justify-items: stretch;
  }
}
`;var q=class{paper;hint=a("p",{class:"paper-hint","aria-hidden":!0});undo;clear;side;pad;constructor(t,e){let r=()=>this.changed();this.paper=new D("Drawing area",()=>this.started(),r),this.undo=f("Undo",()=>this.undoStroke(),{title:"Take back a stroke (Ctrl+Z)"}),this.clear=f("Clear",()=>this.clearAll(),{title:"Start again (Delete)"}),this.side=e.data.mode==="predict"?new U(this.paper,e):new _(this.paper,e,r);let i=a("div",{class:"sheet"},this.paper.canvas,this.hint),s=a("div",{class:"tools"},this.undo,this.clear,...this.side.actions);this.pad=a("div",{class:"pad"},a("div",{class:"pad-main"},i,s),this.side.panel),t.append(this.pad),t.addEventListener("keydown",o=>this.key(o)),this.update(e)}update(t){this.pad.style.setProperty("--side",`${t.data.height}px`),this.hint.textContent=t.data.mode==="collect"&&t.data.class_name?`Draw: ${t.data.class_name}`:"Draw something",this.side.update(t),this.paper.paint(),this.refresh()}dispose(){this.side.dispose(),this.paper.dispose()}started(){this.refresh()}changed(){this.refresh(),this.side.changed()}refresh(){this.hint.hidden=!this.paper.empty,this.undo.disabled=this.paper.empty,this.clear.disabled=this.paper.empty}undoStroke(){this.paper.undo(),this.changed()}clearAll(){this.paper.clear(),this.changed(),this.paper.canvas.focus({preventScroll:!0})}key(t){t.stopPropagation();let e=t.composedPath()[0]instanceof HTMLButtonElement;if((t.ctrlKey||t.metaKey)&&t.code==="KeyZ")this.undoStroke();else{if(t.ctrlKey||t.metaKey||t.altKey)return;if(t.code==="Delete"||t.code==="Backspace")this.clearAll();else if(t.code==="Enter"&&!e)this.side.submit();else return}t.preventDefault()}},Ce=K(X+Z+dt,(n,t)=>new q(n,t));export{Ce as default};
