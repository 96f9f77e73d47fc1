var st=`.studio {
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
`;function it(r,t){let e=document.createElement("span");e.style.color=t,r.append(e);let s=getComputedStyle(e).color;e.remove();let i=s.match(/[\d.]+/g)?.map(Number)??[],n=s.startsWith("color(")?255:1;return[(i[0]??0)*n,(i[1]??0)*n,(i[2]??0)*n]}function rt([r,t,e]){let s=i=>{let n=i/255;return n<=.04045?n/12.92:((n+.055)/1.055)**2.4};return .2126*s(r)+.7152*s(t)+.0722*s(e)}function F(r){let t=rt(it(r,"var(--st-background-color, #ffffff)"))<.4;r.dataset.theme=t?"dark":"light";let e=rt(it(r,"var(--st-primary-color, #ff4b4b)"));r.style.setProperty("--on-accent",1.05/(e+.05)>=3?"#ffffff":"#111111")}var Mt=50;function nt(r,t){let e=new WeakMap;return s=>{let i=s.parentElement,n=e.get(i);if(n)F(n.host),n.instance.update(s);else{let h=document.createElement("style");h.textContent=st+r;let d=document.createElement("div");d.className="studio",i.append(h,d),F(d),n={host:d,style:h,instance:t(d,s),turn:0},e.set(i,n)}let a=n,l=++a.turn;return()=>{setTimeout(()=>{a.turn!==l||a.host.isConnected||(a.instance.dispose(),a.host.remove(),a.style.remove(),e.delete(i))},Mt)}}}function o(r,t={},...e){let s=document.createElement(r);for(let[i,n]of Object.entries(t))n===void 0||n===!1||s.setAttribute(i,n===!0?"":String(n));return s.append(...e),s}function p(r,t,e={}){let s=o("button",{type:"button",class:"button",...e},r);return s.addEventListener("click",t),s}function c(r,t){r.textContent!==t&&(r.textContent=t)}var Lt=new Intl.NumberFormat("en-US",{maximumFractionDigits:0});function x(r){return Lt.format(r)}function v(r,t,e=`${t}s`){return`${x(r)} ${r===1?t:e}`}function at(){if(typeof crypto.randomUUID=="function")return crypto.randomUUID();let r=crypto.getRandomValues(new Uint8Array(16));r[6]=(r[6]??0)&15|64,r[8]=(r[8]??0)&63|128;let t=Array.from(r,e=>e.toString(16).padStart(2,"0")).join("");return[8,12,16,20,32].map((e,s,i)=>t.slice(i[s-1]??0,e)).join("-")}var g=class extends Error{constructor(e,s,i,n){super(e);this.what=e;this.why=s;this.fix=i;this.status=n}what;why;fix;status;get passing(){return[0,408,425,429].includes(this.status)||this.status>=500}},ht=new URL("../",import.meta.url),At=2e4,ot="_streamlit_xsrf";function E(r,t={}){let e=new URL(r,ht);for(let[s,i]of Object.entries(t))i!=null&&i!==""&&e.searchParams.set(s,String(i));return e.href}function Rt(){for(let r of document.cookie.split("; "))if(r.startsWith(`${ot}=`))return r.slice(ot.length+1);return""}async function Pt(){await fetch(new URL("../_stcore/health",ht),{cache:"no-store"})}function _t(r,t){try{let{error:e}=JSON.parse(t);if(e.what)return new g(e.what,e.why,e.fix,r)}catch{}return r>=500?new g(`The studio answered with status ${r}.`,"Something failed on the server.","Try again in a moment; the server's log says more.",r):new g(`The studio answered with status ${r}.`,"The server did not say why.","Reload the page and try again.",r)}function W(){return new g("The studio does not answer.",navigator.onLine?"Its server is stopped, restarting, or out of reach.":"This device has no network connection.","Leave the page open: it tries again by itself.",0)}async function lt(r,t,e){let s={};r!=="GET"&&(s["x-xsrftoken"]=Rt()),e.json!==void 0&&(s["content-type"]="application/json");let i=new AbortController,n=setTimeout(()=>i.abort(),At),a=()=>i.abort();e.signal?.addEventListener("abort",a),e.signal?.aborted&&i.abort();let l={method:r,headers:s,credentials:"same-origin",keepalive:e.keepalive??!1,signal:i.signal};e.json!==void 0&&(l.body=JSON.stringify(e.json));try{return await fetch(t,l)}catch(h){throw e.signal?.aborted?h:W()}finally{clearTimeout(n),e.signal?.removeEventListener("abort",a)}}async function P(r,t,e={}){let s=await lt(r,t,e);if(s.status===403&&r!=="GET"&&(await Pt().catch(()=>{}),s=await lt(r,t,e)),!s.ok)throw _t(s.status,await s.text().catch(()=>""));return s}async function dt(r,t){return await(await P("GET",r,t?{signal:t}:{})).json().catch(()=>Promise.reject(W()))}async function ct(r,t,e={}){return await(await P("POST",r,{...e,json:t})).json().catch(()=>Promise.reject(W()))}function S(r){return r instanceof DOMException&&r.name==="AbortError"}function b(r){return r instanceof g?r:new g("The page could not finish this step.",r instanceof Error?r.message:String(r),"Reload the page; nothing that was saved is lost.",-1)}function Ct(r,...t){let e=o("div",{class:"notice",role:"alert"},o("p",{class:"notice-what"},r.what),o("p",{},r.why),o("p",{class:"notice-fix"},r.fix));return t.length>0&&e.append(o("div",{class:"notice-actions"},...t.map(s=>p(s.label,()=>s.run())))),e}function m(r,t,...e){if(!t){r.replaceChildren();return}let s=[t.what,t.why,...e.map(i=>i.label)].join(`
`);r.firstElementChild&&r.dataset.content===s||(r.dataset.content=s,r.replaceChildren(Ct(t,...e)))}var Ht=16;function k(r,t,e,s){let{dataset:i,version:n,class_name:a,split:l,status:h}=r;return dt(E("samples",{dataset:i,version:n,class_name:a,split:l,status:h,after:t,limit:e}),s)}async function pt(r,t){let e={...r,class_name:null,split:null,status:t};return(await k(e,-1,1)).total}var w=class r{constructor(t,e,s,i,n){this.url=t;this.columns=e;this.rows=s;this.cellWidth=i;this.cellHeight=n}url;columns;rows;cellWidth;cellHeight;static async load(t,e,s){let i=E("sprite",{samples:t,ids:e.join(",")}),n=await P("GET",i,s?{signal:s}:{}),a=URL.createObjectURL(await n.blob()),l=new Image;l.src=a,await l.decode();let h=Math.min(Ht,e.length),d=Math.ceil(e.length/h);return new r(a,h,d,l.naturalWidth/h,l.naturalHeight/d)}paint(t,e,s){let i=s/Math.max(this.cellWidth,this.cellHeight),n=this.cellWidth*i,a=this.cellHeight*i,l=e%this.columns,h=Math.floor(e/this.columns);t.style.width=`${n}px`,t.style.height=`${a}px`,t.style.backgroundImage=`url("${this.url}")`,t.style.backgroundSize=`${this.columns*n}px ${this.rows*a}px`,t.style.backgroundPosition=`${-l*n}px ${-h*a}px`,t.classList.toggle("crisp",Math.max(this.cellWidth,this.cellHeight)<=64)}dispose(){URL.revokeObjectURL(this.url)}};var f=6,ut=40,mt=112,ft="studio.tile_size",$t=137.508;function Y(r,t){let e=r.indexOf(t);return Math.round((210+Math.max(0,e)*$t)%360)}function _(r){return o("div",{id:r,class:"tile",role:"option","aria-selected":"false"},o("div",{class:"frame"},o("div",{class:"cell"})),o("div",{class:"answer","aria-hidden":!0}))}function M(r,t,e,s){let i=r.querySelector(".cell");i&&(r.classList.toggle("loading",t===null),t?t.paint(i,e,s):i.style.backgroundImage="")}function C(r,t,e){let s=r.querySelector(".answer");s&&(c(s,t.class_name??""),r.classList.toggle("answered",t.class_name!==null),t.class_name!==null?(r.style.setProperty("--hue",String(Y(e,t.class_name))),s.title=t.class_name):s.removeAttribute("title"),r.setAttribute("aria-label",`sample ${t.id}, ${t.class_name??"no answer"}`))}function gt(r,t,e){let s=r.querySelector(".answer");s&&(s.classList.add("caption"),s.replaceChildren(...e.map(i=>o("div",{title:i},i))),r.setAttribute("aria-label",[`sample ${t}`,...e].join(", ")))}function H(r){try{let t=Number(localStorage.getItem(ft));if(t>=ut&&t<=mt)return t}catch{}return r}function $(r,t){let e=o("input",{type:"range",class:"size",min:ut,max:mt,step:8,value:r,"aria-label":"Tile size",title:"Tile size"});return e.addEventListener("input",()=>{try{localStorage.setItem(ft,e.value)}catch{}t(Number(e.value))}),e}function L(r,t){return Math.max(1,Math.floor((r+f)/(t+f)))}function O(r,t,e,s){let n={ArrowLeft:-1,ArrowRight:1,ArrowUp:-e,ArrowDown:e,Home:-s,End:s}[r];if(n===void 0||s===0)return null;let a=t+n;return Math.abs(n)===e&&e>1&&(a<0||a>=s)?t:Math.min(s-1,Math.max(0,a))}var Ot=448,It=96,T=class{constructor(t,e,s,i,n){this.digest=e;this.total=s;this.look=i;this.onClose=n;let a=p("Close",()=>this.dialog.close(),{title:"Close (Escape)"});this.dialog.append(o("div",{class:"viewer-picture"},this.cell),this.place,this.list,o("div",{class:"viewer-tools"},this.previous,this.position,this.next,a)),this.dialog.addEventListener("keydown",l=>{l.code==="ArrowLeft"&&this.step(-1),l.code==="ArrowRight"&&this.step(1),l.code!=="Escape"&&l.code!=="Tab"&&l.stopPropagation()}),this.dialog.addEventListener("click",l=>{l.target===this.dialog&&this.dialog.close()}),this.dialog.addEventListener("close",()=>{this.release(),this.onClose(this.at)}),t.append(this.dialog)}digest;total;look;onClose;dialog=o("dialog",{class:"viewer","aria-label":"Sample"});cell=o("div",{class:"cell"});list=o("dl",{class:"facts"});place=o("div");position=o("span",{class:"muted small numbers"});previous=p("Previous",()=>this.step(-1));next=p("Next",()=>this.step(1));sprite=null;at=0;get open(){return this.dialog.open}show(t){let e=this.look(t);e&&(this.at=t,c(this.position,`${t+1} of ${this.total()}`),this.previous.disabled=t===0,this.next.disabled=t+1>=this.total(),this.list.replaceChildren(...[["sample",String(e.id)],...e.facts].flatMap(([s,i])=>[o("dt",{},s),o("dd",{},i)])),this.dialog.open||this.dialog.showModal(),this.load(e.id))}dispose(){this.release(),this.dialog.remove()}step(t){let e=this.at+t;e>=0&&e<this.total()&&this.show(e)}async load(t){try{let e=await w.load(this.digest,[t]);if(this.look(this.at)?.id!==t||!this.dialog.open){e.dispose();return}this.release(),this.sprite=e;let s=Math.min(Ot,innerWidth-It,innerHeight/2);e.paint(this.cell,0,Math.floor(s)),m(this.place,null)}catch(e){let s={label:"Try again",run:()=>{this.load(t)}};m(this.place,b(e),s)}}release(){this.sprite?.dispose(),this.sprite=null,this.cell.style.backgroundImage=""}};var y=200,Dt=8,q=2,Nt=18,zt=18,Gt=96,Kt=64,vt=3e3,I=class{constructor(t,e){this.data=e;let s=e.ids!==null;this.side=s?Gt:H(Kt),this.list=o("div",{class:"list",role:"listbox",tabindex:0,"aria-label":"Samples"},this.spacer);let i=o("div",{class:"top"},this.summary);s||i.append($(this.side,n=>this.resize(n))),t.append(i,this.place,this.list,this.emptyState),this.viewer=new T(t,e.samples_digest,()=>this.samples.length,n=>this.facts(n),n=>this.focusOn(n,!0)),this.list.addEventListener("scroll",()=>this.plan(),{passive:!0}),this.list.addEventListener("keydown",n=>this.key(n)),this.list.addEventListener("click",n=>this.click(n)),this.observer=new ResizeObserver(()=>this.plan()),this.observer.observe(this.list),e.ids&&(this.samples=e.ids.map(n=>({id:n,class_name:null,split:"",annotated:!1})),this.total=e.ids.length,this.next=null),this.update(e),this.next!==null&&this.more()}data;samples=[];next=-1;total=0;loading=null;failed=!1;timer;side;columns=1;focus=0;frame=0;tiles=new Map;sprites=new Map;asked=new Map;list;spacer=o("div",{class:"spacer",role:"presentation"});summary=o("span",{class:"muted small numbers",role:"status"});place=o("div");emptyState=o("div",{class:"empty",hidden:!0});viewer;observer;update(t){this.data=t,this.list.style.maxHeight=`${t.height}px`,this.plan()}dispose(){cancelAnimationFrame(this.frame),clearTimeout(this.timer),this.observer.disconnect(),this.loading?.abort();for(let t of this.asked.values())t.abort();for(let t of this.sprites.values())t.dispose();this.viewer.dispose()}get rowHeight(){if(!this.data.captions)return this.side+Nt+f;let t=Math.max(1,...this.data.captions.map(e=>e.length));return this.side+4+t*zt+f}resize(t){this.side=t,this.clearTiles(),this.plan(),this.focusOn(this.focus,!1)}clearTiles(){for(let t of this.tiles.values())t.remove();this.tiles.clear()}async more(){if(this.loading||this.next===null)return;let t=new AbortController;this.loading=t,this.plan();try{let e=await k(this.data,this.next,y,t.signal);this.samples.push(...e.samples),this.next=e.samples.length>0?e.next:null,this.total=e.total,this.failed=!1,m(this.place,null)}catch(e){if(S(e))return;let s=b(e);this.failed=!0,m(this.place,s,{label:"Try again",run:()=>this.again()}),s.passing&&(this.timer=setTimeout(()=>this.again(),vt))}this.loading=null,this.plan()}again(){clearTimeout(this.timer),this.failed=!1;for(let t of this.tiles.values())t.classList.remove("failed");this.more(),this.plan()}plan(){cancelAnimationFrame(this.frame),this.frame=requestAnimationFrame(()=>this.paint())}paint(){this.list.hidden=!1;let t=this.spacer.clientWidth;if(t===0)return;let e=L(t,this.side);e!==this.columns&&(this.columns=e,this.clearTiles());let s=Math.ceil(this.samples.length/e),i=this.loading!==null&&this.samples.length===0;this.spacer.style.height=`${Math.max(s,i?3:0)*this.rowHeight}px`,this.list.hidden=this.samples.length===0&&!i,this.list.setAttribute("aria-busy",String(this.loading!==null)),this.emptyState.hidden=!(this.samples.length===0&&this.next===null),this.emptyState.hidden||this.emptyState.replaceChildren(o("strong",{},"Nothing here"),o("span",{},"No sample matches. Choose another class, part or status.")),this.summarise(),this.paintRows(s)}paintRows(t){let{scrollTop:e,clientHeight:s}=this.list,i=Math.max(0,Math.floor(e/this.rowHeight)-q),n=Math.min(t,Math.ceil((e+s)/this.rowHeight)+q),a=i*this.columns,l=Math.min(this.samples.length,n*this.columns);for(let[h,d]of this.tiles)(h<a||h>=l)&&(d.remove(),this.tiles.delete(h));for(let h=a;h<l;h+=1)this.tile(h);this.keepSprites(Math.floor(a/y),Math.floor(Math.max(a,l-1)/y)),this.next!==null&&!this.failed&&n>=t-q&&this.more()}tile(t){let e=this.samples[t];if(!e||this.tiles.has(t))return;let s=_(`tile-${t}`);s.style.setProperty("--side",`${this.side}px`);let i=Math.floor(t/this.columns),n=t%this.columns;s.style.transform=`translate(${n*(this.side+f)}px, ${i*this.rowHeight}px)`,s.dataset.place=String(t),s.setAttribute("aria-posinset",String(t+1)),s.setAttribute("aria-setsize",String(this.total));let a=this.data.captions?.[t];this.data.ids?gt(s,e.id,a??[`sample ${e.id}`]):C(s,e,this.data.class_names);let l=this.sprites.get(Math.floor(t/y))??null;M(s,l,t%y,this.side),s.classList.toggle("focused",t===this.focus),this.tiles.set(t,s),this.spacer.append(s)}keepSprites(t,e){if(this.samples.length!==0){for(let[s,i]of this.asked)(s<t||s>e)&&(i.abort(),this.asked.delete(s));for(let s=t;s<=e;s+=1)!this.sprites.has(s)&&!this.asked.has(s)&&!this.failed&&this.loadSprite(s);for(let[s,i]of this.sprites){if(this.sprites.size<=Dt)break;s>=t-1&&s<=e+1||(i.dispose(),this.sprites.delete(s))}}}async loadSprite(t){let e=new AbortController;this.asked.set(t,e);let s=this.samples.slice(t*y,(t+1)*y).map(i=>i.id);try{let i=await w.load(this.data.samples_digest,s,e.signal);this.asked.delete(t),this.sprites.set(t,i);for(let[n,a]of this.tiles)Math.floor(n/y)===t&&M(a,i,n%y,this.side)}catch(i){if(S(i))return;this.asked.delete(t);let n=b(i);this.failed=!0,m(this.place,n,{label:"Try again",run:()=>this.again()}),n.passing&&(this.timer=setTimeout(()=>this.again(),vt))}}summarise(){this.data.ids?c(this.summary,v(this.total,"sample")):this.samples.length===0?c(this.summary,this.loading?"loading…":""):this.next===null?c(this.summary,v(this.total,"sample")):c(this.summary,`${x(this.samples.length)} of ${v(this.total,"sample")}`)}facts(t){let e=this.samples[t];if(!e)return null;if(this.data.ids){let s=this.data.captions?.[t]??[];return{id:e.id,facts:s.map(i=>{let n=i.indexOf(": ");return n===-1?["",i]:[i.slice(0,n),i.slice(n+2)]})}}return{id:e.id,facts:[["class",e.class_name??"no answer yet"],["split",e.split],["answered by",e.annotated?"a person, here":"the dataset"]]}}focusOn(t,e){this.tiles.get(this.focus)?.classList.remove("focused"),this.focus=Math.min(t,Math.max(0,this.samples.length-1));let s=Math.floor(this.focus/this.columns)*this.rowHeight;s<this.list.scrollTop&&(this.list.scrollTop=s);let i=s+this.rowHeight-this.list.clientHeight;i>this.list.scrollTop&&(this.list.scrollTop=i),this.paint(),this.tiles.get(this.focus)?.classList.add("focused"),this.list.setAttribute("aria-activedescendant",`tile-${this.focus}`),e&&this.list.focus({preventScroll:!0})}key(t){if(t.ctrlKey||t.metaKey||t.altKey)return;let e=O(t.code,this.focus,this.columns,this.samples.length);if(e!==null)this.focusOn(e,!1);else if(t.code==="Enter"||t.code==="Space")this.viewer.show(this.focus);else return;t.preventDefault()}click(t){let e=t.target.closest(".tile");if(!e)return;let s=Number(e.dataset.place);this.focusOn(s,!0),this.viewer.show(s)}};var Ut=500,Bt=8e3,jt=[400,404,409,413,422],bt=new Map,Ft=Math.random().toString(36).slice(2,10),D=class r{constructor(t,e){this.name=t;this.options=e;this.limit=e.batch,this.adopt(),addEventListener("online",()=>this.retry()),addEventListener("pagehide",()=>{this.persist(),this.flush(!0)}),this.items.length>0&&(this.state="saving",this.schedule(0))}name;options;state="idle";error=null;reply=null;items=[];refused=[];leaving=0;limit;failures=0;timer;listeners=new Set;static open(t,e){let s=bt.get(t);if(s)return s;let i=new r(t,e);return bt.set(t,i),i}get waiting(){return[...this.refused,...this.items]}listen(t){return this.listeners.add(t),()=>this.listeners.delete(t)}add(...t){t.length!==0&&(this.items.push(...t),(this.state==="idle"||this.state==="saved")&&(this.state="saving"),this.leaving===0&&this.timer===void 0&&this.schedule(this.options.gatherMs),this.changed())}drop(t){let e=this.items.findIndex(i=>i.op_id===t),s=this.refused.findIndex(i=>i.op_id===t);if(s!==-1)this.refused.splice(s,1);else if(e>=this.leaving)this.items.splice(e,1);else return!1;return this.persist(),this.settle(),!0}retry(){this.waiting.length===0||this.leaving>0||(this.items.unshift(...this.refused.splice(0)),this.failures=0,this.state="saving",this.schedule(0),this.changed())}discard(){let t=this.refused.length>0?this.refused.splice(0):this.items.splice(0);return this.error=null,this.persist(),this.settle(),t}schedule(t){clearTimeout(this.timer),this.timer=setTimeout(()=>{this.timer=void 0,this.persist(),this.flush(!1)},t)}async flush(t){if(this.leaving>0||this.items.length===0)return;clearTimeout(this.timer),this.timer=void 0;let e=this.items.slice(0,this.limit);this.leaving=e.length,this.failures===0&&this.refused.length===0&&(this.state="saving");try{let s=await this.options.send(e,t),i=new Set(s.acknowledged);if(i.size===0)throw new g("The studio confirmed nothing of what was sent.","It replied, but named no entry as saved.","Leave the page open: it tries again by itself.",503);this.leaving=0,this.items=this.items.filter(n=>!i.has(n.op_id)),this.reply=s.reply??this.reply,this.failures=0,this.limit=this.options.batch,this.refused.length===0&&(this.error=null),this.items.length>0&&this.schedule(0),this.persist(),this.settle()}catch(s){this.leaving=0,this.failed(b(s),e.length)}}failed(t,e){this.error=t,t.passing?(this.failures+=1,this.state="offline",this.schedule(Math.min(Bt,Ut*2**(this.failures-1)))):jt.includes(t.status)?e>1?(this.limit=Math.ceil(e/2),this.schedule(0)):(this.refused.push(...this.items.splice(0,1)),this.state="refused",this.items.length>0&&this.schedule(0)):this.state="refused",this.changed()}settle(){this.refused.length>0?this.state="refused":this.items.length===0?(clearTimeout(this.timer),this.timer=void 0,this.error=null,this.state="saved"):(this.state==="offline"||this.state==="refused")&&(this.state="saving"),this.changed()}changed(){for(let t of[...this.listeners])t()}get prefix(){return`studio.outbox:${this.name}:`}adopt(){try{let t=new Map;for(let e of Object.keys(localStorage))if(e.startsWith(this.prefix)){for(let s of JSON.parse(localStorage.getItem(e)??"[]"))t.set(s.op_id,s);localStorage.removeItem(e)}this.items=[...t.values()],this.persist()}catch{}}persist(){try{let t=this.prefix+Ft;this.waiting.length===0?localStorage.removeItem(t):localStorage.setItem(t,JSON.stringify(this.waiting))}catch{}}};function yt(r,t){return r==="saving"?"saving…":r==="saved"?"saved":r==="offline"?`offline, ${t} waiting`:r==="refused"?`not saved, ${t} waiting`:""}var Wt=500,Yt=90,wt=6e4,qt=1e4,N=class{outbox;stopListening;done=[];undone=[];base=null;times=[];constructor(t,e,s){this.outbox=D.open(`labels:${t}:${e}`,{batch:Wt,gatherMs:Yt,send:async(i,n)=>{let a=i.map(({op_id:h,sample:d,class_name:u})=>({op_id:h,sample:d,class_name:u})),l=await ct(E("labels"),{dataset:t,annotator:e,ops:a},{keepalive:n});return{acknowledged:l.acknowledged,reply:l.progress}}}),this.stopListening=this.outbox.listen(s)}get state(){return this.outbox.state}get error(){return this.outbox.error}get waiting(){return this.outbox.waiting.length}get canUndo(){return this.done.length>0}get canRedo(){return this.undone.length>0}get progress(){let t=this.outbox.reply??this.base;if(!t)return null;let e=this.outbox.waiting.reduce((i,n)=>i+n.change,0),s=Math.min(t.total,Math.max(0,t.labelled+e));return{...t,labelled:s}}begin(t){this.base=t}latest(){return new Map(this.outbox.waiting.map(t=>[t.sample,t.class_name]))}give(t){if(t.length===0)return;this.done.push(t),this.undone=[],this.send(t);let e=performance.now();for(let s of t)s.after!==null&&this.times.push(e)}undo(){let t=this.done.pop();if(!t)return[];this.undone.push(t);let e=t.map(({sample:s,before:i,after:n})=>({sample:s,before:n,after:i}));return this.send(e),e}redo(){let t=this.undone.pop();return t?(this.done.push(t),this.send(t),t):[]}get perMinute(){let t=performance.now();this.times=this.times.filter(s=>t-s<wt);let e=this.times[0];return e===void 0||t-e<qt?0:Math.round(this.times.length/(t-e)*wt)}retry(){this.outbox.retry()}discard(){this.outbox.discard(),this.done=[],this.undone=[]}dispose(){this.stopListening()}send(t){this.outbox.add(...t.map(({sample:e,before:s,after:i})=>({op_id:at(),sample:e,class_name:i,change:(i===null?0:1)-(s===null?0:1)})))}};var Jt=20,Xt=[...Array.from("123456789",r=>`Digit${r}`),...Array.from("ABCDEFGHIJKLMNOPQRSTVWXYZ",r=>`Key${r}`)];function Vt(r){let t=r.map(i=>/^[0-9]$/.test(i)?`Digit${i}`:/^[a-z]$/i.test(i)?`Key${i.toUpperCase()}`:void 0),e=t.map((i,n)=>t.indexOf(i)===n?i:void 0),s=Xt.filter(i=>!e.includes(i));return e.map(i=>i??s.shift())}var z=class{constructor(t){this.choose=t;this.panel.append(this.search,this.buttons),this.search.addEventListener("input",()=>this.filter()),this.search.addEventListener("keydown",s=>{s.stopPropagation(),s.code==="Enter"&&this.shown()[0]?.click(),s.code==="Escape"&&this.forget()});let{keyboard:e}=navigator;e?.getLayoutMap().then(s=>{this.layout=s,this.render()}).catch(()=>{})}choose;panel=o("div",{class:"classes"});buttons=o("div",{class:"class-buttons",role:"group","aria-label":"Classes"});search=o("input",{type:"search",class:"search",placeholder:"Find a class","aria-label":"Find a class"});class_names=[];codes=[];layout=null;update(t){t.join(`
`)!==this.class_names.join(`
`)&&(this.class_names=t,this.codes=Vt(t),this.search.hidden=t.length<Jt,this.render())}byKey(t){return this.class_names[this.codes.indexOf(t)]??null}render(){this.buttons.replaceChildren(...this.class_names.map((t,e)=>{let s=this.codes[e],i=p("",()=>this.choose(t),{class:"button class",title:t});if(i.style.setProperty("--hue",String(Y(this.class_names,t))),s){let n=this.printed(s);i.setAttribute("aria-keyshortcuts",n),i.append(o("kbd",{class:"key","aria-hidden":!0},n))}return i.append(o("span",{class:"class-name"},t)),i})),this.filter()}printed(t){return t.startsWith("Digit")?t.slice(5):(this.layout?.get(t)??t.slice(3)).toUpperCase()}filter(){let t=this.search.value.trim().toLowerCase();for(let e of this.buttons.children)e instanceof HTMLElement&&(e.hidden=!e.title.toLowerCase().includes(t))}shown(){return[...this.buttons.children].filter(t=>t instanceof HTMLElement&&!t.hidden)}forget(){this.search.value="",this.filter()}};var Zt=4,G=24,K=class{constructor(t,e,s){this.list=t;this.tiles=e;this.onChange=s;t.addEventListener("pointerdown",i=>this.down(i)),t.addEventListener("click",i=>this.click(i))}list;tiles;onChange;focus=0;selected=new Set;anchor=0;touch=!1;swallowClick=!1;targets(){return this.selected.size===0?this.tiles().length>0?[this.focus]:[]:[...this.selected].sort((t,e)=>t-e)}reset(t=0){this.selected.clear(),this.focus=t,this.anchor=t,this.onChange()}clear(){this.selected.clear(),this.anchor=this.focus,this.onChange()}all(){this.tiles().forEach((t,e)=>this.selected.add(e)),this.onChange()}toggle(t){this.selected.delete(t)||this.selected.add(t),this.focus=t,this.anchor=t,this.onChange()}move(t,e){if(this.focus=t,e){this.selected.clear();let[s,i]=[Math.min(this.anchor,t),Math.max(this.anchor,t)];for(let n=s;n<=i;n+=1)this.selected.add(n)}else this.anchor=t;this.onChange()}placeOf(t){let e=t.target.closest(".tile");return e?this.tiles().indexOf(e):-1}click(t){if(this.swallowClick){this.swallowClick=!1;return}let e=this.placeOf(t);e===-1?this.clear():t.shiftKey?this.move(e,!0):this.touch||t.ctrlKey||t.metaKey?this.toggle(e):(this.selected.clear(),this.move(e,!1))}down(t){if(this.touch=t.pointerType==="touch",this.swallowClick=!1,this.touch||t.button!==0)return;let e=this.list,s=e.getBoundingClientRect(),i=t.clientX-s.left+e.scrollLeft,n=t.clientY-s.top+e.scrollTop,a=t.ctrlKey||t.metaKey||t.shiftKey?[...this.selected]:[],l=null,h=u=>{let Et=Math.hypot(u.clientX-t.clientX,u.clientY-t.clientY);if(!l){if(Et<Zt)return;l=o("div",{class:"band"}),e.append(l),e.setPointerCapture(t.pointerId)}u.clientY>s.bottom-G&&(e.scrollTop+=G/2),u.clientY<s.top+G&&(e.scrollTop-=G/2);let X=Math.min(s.right,Math.max(s.left,u.clientX))-s.left,V=Math.min(s.bottom,Math.max(s.top,u.clientY))-s.top,U=Math.min(i,X+e.scrollLeft),B=Math.min(n,V+e.scrollTop),Z=Math.abs(i-X-e.scrollLeft),Q=Math.abs(n-V-e.scrollTop);l.style.transform=`translate(${U}px, ${B}px)`,l.style.width=`${Z}px`,l.style.height=`${Q}px`,this.selected.clear();for(let j of a)this.selected.add(j);this.tiles().forEach((j,St)=>{let R=j.getBoundingClientRect(),tt=R.left-s.left+e.scrollLeft,et=R.top-s.top+e.scrollTop;tt>U+Z||tt+R.width<U||et>B+Q||et+R.height<B||this.selected.add(St)}),this.onChange()},d=()=>{if(e.removeEventListener("pointermove",h),e.removeEventListener("pointerup",d),e.removeEventListener("pointercancel",d),!l)return;l.remove(),this.swallowClick=!0;let[u]=this.targets();this.selected.size>0&&u!==void 0&&(this.focus=u,this.anchor=u),this.onChange()};e.addEventListener("pointermove",h),e.addEventListener("pointerup",d),e.addEventListener("pointercancel",d)}};var Qt=200,te=12,ee=56,se=18,ie=.65,re=3e3,ne="Press a key or a class. Arrows move, Shift+arrows or dragging selects, Ctrl+A selects all.",ae="Tap a class to answer for the marked sample, or tap samples first to select them.",oe=2e3,le=15e3,A=class{args;page={samples:[],next:null,total:0,sprite:null};cursors=[-1];ahead=null;loading=null;loaded=!1;side;tiles=[];reported=null;finished=null;due=!1;retryTimer;reportTimer;rateTimer;answers;selection;viewer;classBar=new z(t=>this.answer(t));list=o("div",{class:"list labelling",role:"listbox",tabindex:0,"aria-multiselectable":"true","aria-label":"Samples to label"});fill=o("div");bar=o("div",{class:"bar",role:"progressbar","aria-label":"Labelled","aria-valuemin":0},this.fill);summary=o("span",{class:"small numbers"});rate=o("span",{class:"muted small numbers"});status=o("span",{class:"status"});announcer=o("span",{class:"visually-hidden","aria-live":"polite"});hint=o("span",{class:"muted small hint"});loadPlace=o("div");savePlace=o("div");emptyState=o("div",{class:"empty",hidden:!0});undoButton=p("Undo",()=>this.undo(),{title:"Undo (Ctrl+Z)"});redoButton=p("Redo",()=>this.redo(),{title:"Redo (Ctrl+Shift+Z)"});clearButton=p("No answer",()=>this.answer(null),{title:"Take the answer away (U or Backspace)"});previous=p("Previous page",()=>this.turn(-1),{title:"PageUp"});following=p("Next page",()=>this.turn(1),{title:"PageDown"});host;onKey=t=>this.key(t);constructor(t,e){this.host=t,this.args=e,this.side=H(ee);let{dataset:s,annotator:i,samples_digest:n}=e.data;this.answers=new N(s,i,()=>this.refresh()),this.selection=new K(this.list,()=>this.tiles,()=>this.paintSelection()),t.append(o("div",{class:"progress"},this.bar,o("div",{class:"progress-text"},this.summary,this.rate,this.status)),this.classBar.panel,this.savePlace,this.loadPlace,this.list,this.emptyState,o("div",{class:"tools"},o("div",{class:"group"},this.undoButton,this.redoButton,this.clearButton),$(this.side,a=>this.resize(a)),o("div",{class:"group"},this.previous,this.following)),this.hint,this.announcer),this.viewer=new T(t,n,()=>this.page.samples.length,a=>{let l=this.page.samples[a];if(!l)return null;let h=l.class_name??"no answer yet";return{id:l.id,facts:[["answer",h],["split",l.split]]}},a=>{this.selection.move(a,!1),this.list.focus({preventScroll:!0})}),this.list.addEventListener("dblclick",()=>this.viewer.show(this.selection.focus)),t.addEventListener("keydown",this.onKey),this.update(e),this.load(),this.count()}update(t){this.args=t,this.classBar.update(t.data.class_names),this.list.style.maxHeight=`${this.height}px`,this.tiles.forEach((e,s)=>this.paintTileAnswer(s)),this.refresh()}dispose(){this.loading?.abort(),clearTimeout(this.retryTimer),clearTimeout(this.reportTimer),clearTimeout(this.rateTimer),this.host.removeEventListener("keydown",this.onKey),this.forgetAhead(),this.page.sprite?.dispose(),this.answers.dispose(),this.viewer.dispose()}get after(){return this.cursors.at(-1)??-1}get columns(){return L(this.list.clientWidth,this.side)}get height(){return Math.min(this.args.data.height,Math.max(240,innerHeight*ie))}get limit(){let t=this.host.clientWidth,e=Math.floor((this.height+f)/(this.side+se+f));return Math.min(Qt,Math.max(te,L(t,this.side)*e))}async count(){try{let{data:t}=this.args,[e,s,i]=await Promise.all(["labelled","all","annotated"].map(n=>pt(t,n)));if(e===void 0||s===void 0||i===void 0)return;this.answers.begin({labelled:e,total:s,annotated:i}),this.refresh()}catch{}}async fetchPage(t,e){let s=await k(this.args.data,t,this.limit,e),i=s.samples.map(a=>a.id),n=i.length>0?await w.load(this.args.data.samples_digest,i,e):null;return{...s,sprite:n}}async load(){this.loading?.abort(),clearTimeout(this.retryTimer);let t=new AbortController;this.loading=t,this.refresh();try{let e=this.ahead?.after===this.after?this.ahead:null;e?this.ahead=null:this.forgetAhead();let s=await(e?.page??this.fetchPage(this.after,t.signal));if(t.signal.aborted){s.sprite?.dispose();return}this.loading=null,this.show(s)}catch(e){if(S(e)||t.signal.aborted)return;this.loading=null;let s=b(e);m(this.loadPlace,s,{label:"Try again",run:()=>{this.load()}}),s.passing&&(this.retryTimer=setTimeout(()=>{this.load()},re)),this.refresh()}}show(t){this.page.sprite?.dispose(),this.page=t,this.loaded=!0;let e=this.answers.latest();for(let i of t.samples){let n=e.get(i.id);n!==void 0&&(i.class_name=n)}this.tiles=t.samples.map((i,n)=>_(`tile-${n}`)),this.list.replaceChildren(...this.tiles),this.list.scrollTop=0,this.paintPictures(),this.tiles.forEach((i,n)=>this.paintTileAnswer(n)),m(this.loadPlace,null);let s=t.samples.findIndex(i=>i.class_name===null);this.selection.reset(Math.max(0,s)),document.activeElement===document.body&&this.list.focus({preventScroll:!0}),t.next!==null&&this.lookAhead(t.next),this.refresh()}lookAhead(t){let e=this.fetchPage(t);e.catch(()=>{this.ahead?.page===e&&(this.ahead=null)}),this.ahead={after:t,page:e}}forgetAhead(){this.ahead?.page.then(t=>t.sprite?.dispose()).catch(()=>{}),this.ahead=null}turn(t){if(!this.loading){if(t===1&&this.page.next!==null)this.cursors.push(this.page.next);else if(t===-1&&this.cursors.length>1)this.cursors.pop();else return;this.load()}}resize(t){this.side=t,this.forgetAhead(),this.paintPictures(),this.paintSelection(),this.page.next!==null&&this.lookAhead(this.page.next)}paintPictures(){this.list.style.setProperty("--side",`${this.side}px`),this.tiles.forEach((t,e)=>M(t,this.page.sprite,e,this.side))}paintTileAnswer(t){let e=this.tiles[t],s=this.page.samples[t];e&&s&&C(e,s,this.args.data.class_names)}paintSelection(){let{focus:t,selected:e}=this.selection;this.tiles.forEach((i,n)=>{i.classList.toggle("focused",n===t),i.setAttribute("aria-selected",String(e.has(n)))});let s=this.tiles[t];s&&(this.list.setAttribute("aria-activedescendant",s.id),this.reveal(s)),this.refresh()}reveal(t){let e=t.offsetTop-f,s=t.offsetTop+t.offsetHeight+f-this.list.clientHeight;e<this.list.scrollTop?this.list.scrollTop=e:s>this.list.scrollTop&&(this.list.scrollTop=s)}answer(t){let e=this.selection.targets(),s=this.selection.selected.size>0,i=[];for(let h of e){let d=this.page.samples[h];!d||d.class_name===t&&(d.annotated||t===null)||i.push({sample:d.id,before:d.class_name,after:t})}this.apply(i),this.answers.give(i);let n=e.at(-1)??0;s&&this.selection.clear(),(t!==null||s)&&this.selection.move(Math.min(n+1,this.tiles.length-1),!1);let a=t??"no answer",l=s?v(e.length,"sample"):`sample ${this.page.samples[n]?.id??""}`;c(this.announcer,`${l}: ${a}`),this.list.focus({preventScroll:!0})}apply(t){let e=new Map(this.page.samples.map((i,n)=>[i.id,n])),s=[];for(let{sample:i,after:n}of t){let a=e.get(i),l=a===void 0?void 0:this.page.samples[a];a===void 0||!l||(l.class_name=n,l.annotated=!0,this.paintTileAnswer(a),s.push(a))}return s}undo(){this.walk("Undone",this.answers.undo())}redo(){this.walk("Done again",this.answers.redo())}walk(t,e){let[s]=this.apply(e);if(s!==void 0&&(this.selection.clear(),this.selection.move(s,!1)),e.length===0)return;let i=s===void 0?" on another page":"";c(this.announcer,`${t}: ${v(e.length,"answer")}${i}`),this.refresh()}refresh(){let{state:t,error:e,waiting:s,progress:i}=this.answers,n=i&&i.total>0?i.labelled/i.total:0;this.fill.style.transform=`scaleX(${n})`,i&&(this.bar.setAttribute("aria-valuemax",String(i.total)),this.bar.setAttribute("aria-valuenow",String(i.labelled)),c(this.summary,`${x(i.labelled)} of ${x(i.total)} labelled`));let a=this.answers.perMinute;c(this.rate,a>0?`${x(a)} a minute`:""),clearTimeout(this.rateTimer),a>0&&(this.rateTimer=setTimeout(()=>this.refresh(),le)),this.status.hidden=t==="idle",this.status.dataset.state=t,c(this.status,yt(t,s)),m(this.savePlace,t==="refused"?e:null,{label:"Try again",run:()=>this.answers.retry()},{label:`Discard ${v(s,"answer")}`,run:()=>this.discard()}),this.refreshTools(i),this.report(i,t)}refreshTools(t){let{samples:e,next:s}=this.page,i=this.loading!==null;if(this.list.setAttribute("aria-busy",String(i)),this.list.classList.toggle("busy",i),this.list.hidden=this.loaded&&e.length===0,this.emptyState.hidden=!this.list.hidden,!this.emptyState.hidden){let h=t!==null&&t.total>0&&t.labelled>=t.total;this.emptyState.replaceChildren(o("strong",{},h?"Everything is labelled":"Nothing to label here"),o("span",{},h?"Every sample has an answer.":"No sample matches. Choose another filter."))}this.undoButton.disabled=!this.answers.canUndo,this.redoButton.disabled=!this.answers.canRedo,this.clearButton.disabled=e.length===0,this.previous.disabled=i||this.cursors.length<2,this.following.disabled=i||s===null;let n=e.filter(h=>h.class_name===null).length;this.following.classList.toggle("primary",e.length>0&&n===0&&s!==null);let a=this.selection.selected.size,l=matchMedia("(hover: none)").matches?ae:ne;a>0?l=`${v(a,"sample")} selected. Escape clears the selection.`:e.length>0&&n===0&&(l=s===null?"This page is done, and it is the last.":"This page is done."),c(this.hint,l)}discard(){this.answers.discard(),this.load(),this.count()}report(t,e){if(clearTimeout(this.reportTimer),!t)return;let s=t.labelled>=t.total;this.finished===!1&&s&&(this.due=!0),this.finished=s;let i=JSON.stringify(t);e!=="saved"||i===this.reported||!(this.due||this.args.data.notify)||(this.reportTimer=setTimeout(()=>{this.due=!1,this.reported=i,this.args.setStateValue("progress",t)},this.due?0:oe))}key(t){t.stopPropagation(),!(this.viewer.open||t.composedPath()[0]instanceof HTMLInputElement)&&this.handled(t)&&t.preventDefault()}handled(t){let{code:e,shiftKey:s}=t,i=t.composedPath()[0]instanceof HTMLButtonElement;if(t.ctrlKey||t.metaKey){if(e==="KeyA")this.selection.all();else if(e==="KeyZ")s?this.redo():this.undo();else if(e==="KeyY")this.redo();else return!1;return!0}if(t.altKey)return!1;let n=O(e,this.selection.focus,this.columns,this.tiles.length),a=this.classBar.byKey(e);if(n!==null)this.moveTo(n,s);else if(a!==null)t.repeat||this.answer(a);else if(e==="KeyU"||e==="Backspace"||e==="Delete")this.answer(null);else if(e==="PageDown")this.turn(1);else if(e==="PageUp")this.turn(-1);else if(e==="Escape")this.selection.clear();else if(e==="Space"&&!i)this.selection.toggle(this.selection.focus);else if(e==="Enter"&&!i)this.viewer.show(this.selection.focus);else return!1;return!0}moveTo(t,e){e||this.selection.selected.clear(),this.selection.move(t,e)}};var xt=`.grid {
  display: grid;
  gap: 0.6rem;
  min-width: 0;
}
.grid > * {
  min-width: 0;
}
.top {
  display: flex;
  align-items: center;
  justify-content: space-between;
  gap: 1rem;
  min-height: 1.6rem;
}
.size {
  width: 8rem;
  min-width: 4rem;
  accent-color: var(--accent);
}
.grid > div:empty {
  display: none;
}
.list {
  position: relative;
  padding: 3px;
  overflow: hidden auto;
  overscroll-behavior: contain;
  border-radius: var(--radius);
  scrollbar-width: thin;
}
.list:focus-visible {
  outline-offset: 3px;
}
.spacer {
  position: relative;
  min-height: 4rem;
}
.spacer .tile {
  position: absolute;
  top: 0;
  left: 0;
}
.labelling {
  display: grid;
  grid-template-columns: repeat(auto-fill, var(--side));
  justify-content: start;
  gap: 6px;
  user-select: none;
  -webkit-user-select: none;
}
.labelling.busy {
  opacity: 0.55;
}
.grid > .labelling:empty {
  display: grid;
  min-height: 12rem;
  background: var(--soft);
}
.tile {
  width: var(--side);
  cursor: pointer;
}
.frame {
  position: relative;
  display: grid;
  place-items: center;
  width: var(--side);
  height: var(--side);
  overflow: hidden;
  border-radius: 6px;
  background: #000000;
}
.tile.loading .frame {
  background: var(--soft);
}
.cell {
  background-repeat: no-repeat;
}
.cell.crisp {
  image-rendering: pixelated;
}
.tile:hover .frame {
  box-shadow: 0 0 0 2px color-mix(in srgb, var(--accent) 45%, transparent);
}
.labelling .tile.focused .frame {
  box-shadow:
    0 0 0 1px var(--paper),
    0 0 0 3px color-mix(in srgb, var(--ink) 55%, transparent);
}
.list:focus-within .tile.focused .frame,
.list:focus .tile.focused .frame {
  box-shadow:
    0 0 0 1px var(--paper),
    0 0 0 3px var(--accent);
}
.tile[aria-selected="true"] .frame::after {
  content: "";
  position: absolute;
  inset: 0;
  border: 3px solid var(--accent);
  border-radius: inherit;
  background: color-mix(in srgb, var(--accent) 35%, transparent);
}
.answer {
  height: 16px;
  margin-top: 2px;
  overflow: hidden;
  padding: 0 3px;
  border-radius: 4px;
  color: var(--muted);
  font-size: 0.7rem;
  line-height: 16px;
  text-align: center;
  text-overflow: ellipsis;
  white-space: nowrap;
}
.tile.answered .answer {
  background: hsl(var(--hue) 60% 45% / 0.2);
  color: var(--ink);
}
.answer.caption {
  height: auto;
  padding: 2px 0 0;
  font-size: 0.75rem;
  line-height: 18px;
  text-align: left;
}
.answer.caption div {
  overflow: hidden;
  text-overflow: ellipsis;
}
.answer.caption div:nth-child(2) {
  color: var(--ink);
}
.band {
  position: absolute;
  top: 0;
  left: 0;
  border: 1px solid var(--accent);
  border-radius: 3px;
  background: color-mix(in srgb, var(--accent) 18%, transparent);
  pointer-events: none;
}
.progress {
  display: grid;
  gap: 0.3rem;
}
.progress-text {
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  gap: 0.1rem 1rem;
  min-height: 1.4rem;
}
.progress-text .status {
  margin-left: auto;
}
.classes {
  display: grid;
  gap: 0.4rem;
}
.search {
  width: min(100%, 16rem);
  min-height: 2.2rem;
  padding: 0.2rem 0.6rem;
  border: 1px solid var(--line);
  border-radius: var(--radius);
  background: var(--paper);
  color: var(--ink);
  font: inherit;
}
.class-buttons {
  display: flex;
  flex-wrap: wrap;
  gap: 0.4rem;
  max-height: 9.9rem;
  overflow-y: auto;
  padding: 3px;
  scrollbar-width: thin;
}
.button.class {
  max-width: 100%;
  border-bottom: 3px solid hsl(var(--hue) 60% 50%);
}
.class-name {
  overflow: hidden;
  text-overflow: ellipsis;
  white-space: nowrap;
}
.tools {
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  justify-content: space-between;
  gap: 0.5rem 1rem;
}
.group {
  display: flex;
  flex-wrap: wrap;
  gap: 0.4rem;
}
.hint {
  min-height: 1.4em;
}
.viewer {
  max-width: min(34rem, calc(100vw - 2rem));
  padding: 1rem;
  border: 1px solid var(--line);
  border-radius: var(--radius);
  background: var(--paper);
  color: var(--ink);
  box-shadow: 0 1rem 3rem rgba(0, 0, 0, 0.3);
}
.viewer::backdrop {
  background: rgba(0, 0, 0, 0.5);
}
.viewer-picture {
  display: grid;
  place-items: center;
  min-height: 8rem;
  overflow: hidden;
  border-radius: calc(var(--radius) * 0.75);
  background: #000000;
}
.facts {
  display: grid;
  grid-template-columns: auto 1fr;
  gap: 0.15rem 1rem;
  margin: 0.75rem 0;
}
.facts dt {
  color: var(--muted);
}
.facts dd {
  margin: 0;
  overflow-wrap: anywhere;
}
.viewer-tools {
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  gap: 0.5rem;
}
.viewer-tools .button:last-child {
  margin-left: auto;
}
@container (max-width: 480px) {
  .tools .size {
    order: 3;
    width: 100%;
  }
  .tools .group {
    flex: 1 1 100%;
  }
  .tools .group .button {
    flex: 1;
  }
}
`;var de=new Set(["height","notify","class_names"]);function Tt(r){return JSON.stringify(Object.entries(r).filter(([t])=>!de.has(t)))}var J=class{constructor(t,e){this.host=t;this.known=Tt(e.data),[this.root,this.inner]=this.start(e)}host;inner;root;known;update(t){let e=Tt(t.data);e!==this.known?(this.known=e,this.inner.dispose(),this.root.remove(),[this.root,this.inner]=this.start(t)):this.inner instanceof A?this.inner.update(t):this.inner.update(t.data)}dispose(){this.inner.dispose()}start(t){let e=document.createElement("div");e.className="grid",e.addEventListener("keydown",i=>i.stopPropagation()),this.host.append(e);let s=t.data.mode==="label"&&t.data.ids===null;return[e,s?new A(e,t):new I(e,t.data)]}},ds=nt(xt,(r,t)=>new J(r,t));export{ds as default};
