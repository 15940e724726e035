"""What the columns of ``reviews`` are called in the exports of the platforms, best name first.

Sources: the header rows of Taobao and Tmall (千牛, 生意参谋), JD (商智, and the fields of its comment pages), Pinduoduo
and Douyin shop exports, and the names that public English data sets use. Each name is compared as
`review_mining.ingest.columns.normalised` writes it, so case, spaces, full-width letters and punctuation do not matter.
"""

from __future__ import annotations

ALIASES: dict[str, str] = {
    "review_id": """评价id 评论id 评价编号 评论编号 评价单号 review_id comment_id rate_id evaluation_id
        feedback_id review_key comment_guid guid id""",
    "text": """评价内容 评论内容 首次评价内容 首次评价 首评内容 首评 初次评价内容 初次评价 初评内容 初评
        评价正文 评论正文 评价文本 评论文本 评价详情 评论详情 商品评价内容 商品评价 商品评论 买家评价内容
        买家评价 买家评论 用户评价 用户评论 顾客评价 客户评价 消费者评价 宝贝评价 评价信息 评价文字 评语 评价
        评论 反馈内容 用户反馈 内容 正文 文本 review_text review_content review_body comment_text
        comment_content rate_content feedback_content feedback_text content text review comment comments reviews
        feedback body""",
    "follow_up": """追评内容 追加评价内容 追加评论内容 追加评价 追加评论 追加内容 追评文本 追评 二次评价
        补充评价 follow_up follow_up_text follow_up_review follow_up_content append_content append_comment
        append_comment.content appended_review additional_review append_review after_user_comment
        after_user_comment.content after_user_comment.h_after_user_comment.content""",
    "rating": """评分 星级 评价星级 评论星级 评分星级 商品评分 商品星级 用户评分 综合评分 描述相符评分 描述相符
        商品描述评分 打分 评价分数 评价得分 得分 分数 星数 评价等级 评价类型 评价结果 评价级别 好中差评 满意度
        rating star_rating review_rating review_score user_score score stars star rate overall""",
    "created_at": """评价时间 评论时间 首次评价时间 首评时间 初评时间 评价创建时间 评价日期 评论日期
        评价提交时间 发表时间 发布时间 创建时间 评价生成时间 时间 日期 creation_time created_at create_time
        created review_time review_date comment_time comment_date rate_date rate_time feedback_date publish_time
        post_time posted_at submitted_at datetime timestamp date time""",
    "follow_up_at": """追评时间 追加评价时间 追加评论时间 追加时间 追评日期 追加评价日期 follow_up_at
        follow_up_time follow_up_date append_time append_date after_user_comment.created
        after_user_comment.creation_time after_user_comment.h_after_user_comment.created""",
    "ordered_at": """下单时间 订单时间 订单创建时间 拍下时间 购买时间 付款时间 支付时间 订单付款时间 成交时间
        交易时间 下单日期 购买日期 ordered_at order_time order_date order_created_at purchase_date purchase_time
        pay_time paid_at reference_time""",
    "order_id": """订单号 订单编号 主订单号 主订单编号 子订单号 子订单编号 订单id 交易编号 交易号 交易单号
        order_id order_no order_number order_sn order_code trade_id tid oid""",
    "product_id": """商品id 商品编号 商品编码 宝贝id 宝贝编号 产品id 产品编号 商品货号 货号 款号 spu编码 spuid
        spu sku编号 product_id item_id goods_id num_iid product_code item_code asin parent_asin reference_id
        sku_id skuid""",
    "product_name": """商品名称 商品标题 宝贝名称 宝贝标题 产品名称 产品标题 商品名 品名 商品信息 商品 宝贝 产品
        product_name product_title item_name item_title goods_name goods_title auction_title reference_name
        product item""",
    "sku": """商品规格 规格 规格型号 规格名称 购买规格 宝贝规格 颜色规格 sku名称 sku信息 sku规格 sku 款式
        颜色分类 颜色尺码 商品属性 销售属性 购买型号 型号 套餐 套餐类型 颜色 尺码 auction_sku sku_name sku_info
        sku_spec specification specifications spec specs variant variation option product_color color
        product_size size""",
    "batch": """生产批次 生产批号 批次号 批次 批号 batch batch_no batch_number batch_id lot lot_no lot_number""",
    "shop": """店铺名称 店铺名 店铺 网店名称 门店名称 门店 商家名称 商家 卖家名称 卖家 shop shop_name store
        store_name seller seller_name seller_nick merchant merchant_name vender_name""",
    "channel": """销售渠道 渠道 销售平台 来源平台 平台名称 平台 评价来源 来源 channel platform sales_channel
        source user_client_show""",
    "region": """收货地区 收货省份 收货省 收货城市 买家地区 用户地区 所在地区 地区 地域 省份 城市 省市 ip属地
        ip归属地 region province user_province city location ip_location state""",
    "courier": """快递公司 物流公司 承运商 配送公司 快递名称 物流名称 快递 物流商 courier carrier
        logistics_company express_company shipping_company delivery_company express""",
    "buyer_level": """会员等级 会员级别 用户等级 买家等级 买家级别 用户级别 会员类型 buyer_level user_level
        user_level_name user_level_id member_level membership vip_level customer_level""",
    "likes": """点赞数 点赞量 点赞 有用数 有用 赞数 获赞数 赞 useful_vote_count useful_vote likes like_count
        helpful_votes helpful_vote helpful_count helpful useful upvotes vote_count digg_count""",
    "has_image": """是否有图 是否晒图 是否带图 有图 是否有图片 图片数量 图片数 晒图数 晒图 评价图片 评论图片
        晒单图片 图片链接 图片 has_image has_images has_picture has_photo image_count image_urls image_url
        images image pictures picture pic_urls pics photos""",
    "reply": """商家回复内容 商家回复 卖家回复 店铺回复 客服回复 回复内容 商家解释 卖家解释 评价解释 掌柜回复
        解释 回复 reply seller_reply merchant_reply shop_reply reply_content reply_text response""",
}
